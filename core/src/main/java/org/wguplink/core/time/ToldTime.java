package org.wguplink.core.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What time it is by the signed statements of others, for a node whose own clock is plainly wrong. One liar must not set
 * our clock: where several speak, the second latest counts, so that at least one other confirms it.
 */
public final class ToldTime {
    private ToldTime() {}

    /**
     * The time that may be believed; empty when there is none yet.
     *
     * @param told the newest statement of each member, as of now
     * @param reckoned what we know it is at least; who says less has a wrong clock, too, and is not heard
     * @param tolerance how far the clocks of honest nodes may be apart
     * @param waited whether others have had their time to speak: then one alone is believed
     */
    public static Optional<Instant> agreed(
            Collection<Instant> told, Instant reckoned, Duration tolerance, boolean waited) {
        List<Instant> latest = told.stream()
                .filter(t -> !t.isBefore(reckoned.minus(tolerance)))
                .sorted(Comparator.reverseOrder())
                .limit(2)
                .toList();
        if (latest.size() == 2) return Optional.of(latest.getLast());
        return latest.stream().filter(t -> waited).findFirst();
    }
}
