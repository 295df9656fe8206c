package org.wguplink.linux.loop;

import org.wguplink.linux.ffi.Libc;

/** Which threads come first when the machine is busy. */
public final class Urgency {
    /** {@code <sys/resource.h>}. */
    private static final int PRIO_PROCESS = 0;

    /** Ahead of ordinary processes, behind those that keep the machine itself alive. */
    private static final int NICE = -10;

    /** Behind all others. */
    private static final int LAST = 19;

    private Urgency() {}

    /** Puts this thread ahead of ordinary processes; whether that is allowed (CAP_SYS_NICE). */
    public static boolean raise() {
        return Libc.setpriority(PRIO_PROCESS, 0, NICE) == 0;
    }

    /** Puts this thread behind all others, which is always allowed. */
    public static void lower() {
        Libc.setpriority(PRIO_PROCESS, 0, LAST);
    }
}
