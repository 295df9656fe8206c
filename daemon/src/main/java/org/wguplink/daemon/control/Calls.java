package org.wguplink.daemon.control;

import java.util.concurrent.CompletableFuture;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;

/** Who carries out what comes in by the control socket. */
public interface Calls {
    /** Who asked, for as long as the result is awaited. */
    interface Caller {
        /** Says something on the caller's connection, before the result; may block. Whether the caller is still there. */
        boolean tell(Notification notification);
    }

    /**
     * The result: a record of the protocol, or a {@link Watching}. A {@link RefusedException} is for the caller, anything
     * else is a bug. From any thread.
     */
    CompletableFuture<Object> call(Method method, Params params, Caller caller);

    /** A watch that has begun: the state to answer with, and where the later ones come from. */
    record Watching(Object first, Watchers.Watcher watcher) {}

    /** The request is sound, but it is not done: the message says why. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int code;

        RefusedException(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
