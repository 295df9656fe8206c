package org.wguplink.daemon.path;

import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.OsException;

/** Asks by one path, and by no other. */
public interface Prober extends AutoCloseable {
    /** Whence probers come. */
    interface Opener {
        /**
         * @param device that the path leaves by
         * @param number of the path
         * @param onAnswer hears the sequence of every probe that was answered, on the loop; it may close the prober
         */
        Prober open(String device, int number, Family family, IntConsumer onAnswer) throws OsException;
    }

    /** One that cannot be sent is as good as lost: it will be found unanswered. */
    void send(Ask ask);

    /** Lets go of what nobody waits for any more. */
    void retain(IntPredicate awaited);

    @Override
    void close();
}
