package org.wguplink.core.health;

import java.time.Duration;
import org.wguplink.core.time.MonoTime;

/**
 * Probes that leave one after the other while a path is suspected; their number and the patience with the last are those of
 * the beginning. Immutable.
 *
 * @param next when its next probe leaves; one that left late does not delay the rest
 */
record Burst(MonoTime lastSentAt, MonoTime next, int sent, int size, Duration patience) {
    /** How many leave at once. */
    static final int FIRST = 2;

    /** The first have left. */
    static Burst begin(ProbeSettings settings, Learned learned, Duration patience, MonoTime now) {
        return new Burst(
                now, now.plus(settings.burstSpacing()), FIRST, learned.burst(settings.burstProbes()), patience);
    }

    Burst more(Duration spacing, MonoTime now) {
        return new Burst(now, next.plus(spacing), sent + 1, size, patience);
    }

    /** Whether all have left. */
    boolean isComplete() {
        return sent >= size;
    }

    /** Whether it has outlasted its beginning. */
    boolean lingers() {
        return sent > FIRST;
    }

    /** When the next probe leaves, or the last has had its time. */
    MonoTime wake() {
        return isComplete() ? lastSentAt.plus(patience) : next;
    }
}
