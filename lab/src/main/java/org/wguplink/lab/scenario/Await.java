package org.wguplink.lab.scenario;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.wguplink.lab.net.LabNode;

/** Waits for something, and says what was expected, what was found and what the daemon said when it does not come. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int LOG_LINES = 15;

    /** One look: what was waited for, or what is there instead. */
    @FunctionalInterface
    public interface Look<T> {
        Seen<T> look() throws IOException;
    }

    /**
     * @param value empty while it has not come
     * @param instead what is there instead, for the message
     */
    public record Seen<T>(Optional<T> value, String instead) {
        public static <T> Seen<T> of(Optional<T> value, Object instead) {
            return new Seen<>(value, String.valueOf(instead));
        }

        /** A plain condition. */
        public static Seen<Boolean> when(boolean come, Object instead) {
            return new Seen<>(come ? Optional.of(true) : Optional.empty(), String.valueOf(instead));
        }
    }

    private Await() {}

    /**
     * Looks until it is there. A fault of the look itself, such as a daemon that does not answer yet, counts as not there.
     *
     * @param witness the node whose log belongs into the message
     */
    public static <T> T until(String expected, Duration limit, LabNode witness, Look<T> look) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Seen<T> seen = attempt(look);
            if (seen.value().isPresent()) return seen.value().get();
            if (System.nanoTime() >= deadline)
                throw new NotReached("expected within %d s: %s%nfound: %s%nuplinkd of %s says:%n%s"
                        .formatted(
                                limit.toSeconds(),
                                expected,
                                seen.instead(),
                                witness.peerId(),
                                witness.daemonLog(LOG_LINES).indent(2)));
            pause(PAUSE);
        }
    }

    public static void pause(Duration length) throws IOException {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private static <T> Seen<T> attempt(Look<T> look) throws IOException {
        try {
            return look.look();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return new Seen<>(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
