package org.wguplink.daemon.consumer;

import java.time.Duration;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.time.MonoTime;

/**
 * Whether a tunnel carries, and since when it does not, as its probes find.
 *
 * @param verdict the last one
 * @param carried whether it ever has
 * @param carriedAt when it last was known to; when the session began, if never
 * @param judgedAt when the verdict was given
 */
record Pulse(Verdict verdict, boolean carried, MonoTime carriedAt, MonoTime judgedAt) {
    /** Before a session is given up for a look elsewhere. */
    private static final Duration BLINK = Duration.ofSeconds(1);

    private static final Duration PATIENCE_WITH_A_DEAD_TUNNEL = Duration.ofMinutes(1);

    static Pulse unknown(MonoTime now) {
        return new Pulse(Verdict.UNKNOWN, false, now, now);
    }

    Pulse judged(Verdict next, MonoTime now) {
        boolean carriesStill = verdict == Verdict.UP || next == Verdict.UP;
        return new Pulse(next, carried || next == Verdict.UP, carriesStill ? now : carriedAt, now);
    }

    /** Whether to look elsewhere. A tunnel that worked may have lost sight of the provider for a moment only. */
    boolean dead(MonoTime now) {
        return verdict == Verdict.DOWN && (!carried || judgedAt.plus(BLINK).isDue(now));
    }

    /**
     * The mesh may die with the WAN that an uplink replaces. So a lease that could not be renewed holds as long as its
     * tunnel carries, and a while longer, in which another endpoint may be found; the provider does the same.
     */
    boolean holds(MonoTime now) {
        return verdict == Verdict.UP
                || !carriedAt.plus(PATIENCE_WITH_A_DEAD_TUNNEL).isDue(now);
    }
}
