package org.wguplink.daemon.path;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.linux.ffi.OsException;

/** Asks by one path, and by no other. */
public interface Prober extends AutoCloseable {
    /** Whence probers come. */
    interface Opener {
        /**
         * @param device that the path leaves by
         * @param number of the path
         * @param onAnswer hears of every probe that was answered, on the loop; it may close the prober
         */
        Prober open(String device, int number, Family family, Answers onAnswer) throws OsException;
    }

    /** Hears of answers. */
    interface Answers {
        /**
         * @param sequence of the probe
         * @param ago how long the answer has waited to be read, as far as the kernel tells
         */
        void answered(int sequence, Duration ago);
    }

    /** One that cannot be sent is as good as lost: it will be found unanswered. */
    void send(Ask ask);

    /**
     * Asks for a page, instead of one that was asked for before.
     *
     * @param onAnswer hears what the answer tells, on the loop, later; nothing when none comes
     * @return false when it cannot be asked for yet: its name is being looked up
     */
    boolean fetch(HttpUrl page, Consumer<PageAnswer> onAnswer);

    /** Lets go of what nobody waits for any more. */
    void retain(IntPredicate awaited);

    @Override
    void close();
}
