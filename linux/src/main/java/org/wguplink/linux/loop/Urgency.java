package org.wguplink.linux.loop;

import java.io.IOException;
import org.wguplink.linux.ffi.Libc;

/** Which threads come first when the machine is busy. */
public final class Urgency {
    /** {@code <sys/resource.h>}. */
    private static final int PRIO_PROCESS = 0;

    /** Ahead of ordinary processes, behind those that keep the machine itself alive. */
    private static final int NICE = -10;

    /** Between the two: what carries packets and is not the kernel. */
    private static final int NICE_CARRIER = -5;

    /** Behind all others. */
    private static final int LAST = 19;

    private Urgency() {}

    /** Puts this thread ahead of ordinary processes; whether that is allowed (CAP_SYS_NICE). */
    public static boolean raise() {
        return Libc.setpriority(PRIO_PROCESS, 0, NICE) == 0;
    }

    /**
     * Starts a process that carries the traffic of paths which this program judges: starved by others, it would be taken for a
     * dead path. Where that is not allowed, it starts as any other.
     */
    public static Process startCarrier(ProcessBuilder builder) throws IOException {
        // what is started inherits it
        int before = Libc.getpriority(PRIO_PROCESS);
        Libc.setpriority(PRIO_PROCESS, 0, NICE_CARRIER);
        try {
            return builder.start();
        } finally {
            Libc.setpriority(PRIO_PROCESS, 0, before);
        }
    }

    /** Puts this thread behind all others, which is always allowed. */
    public static void lower() {
        Libc.setpriority(PRIO_PROCESS, 0, LAST);
    }
}
