package org.wguplink.core.offer;

import java.util.Optional;

/**
 * What borrowing a line costs, and how much of it is left, as its provider says.
 *
 * @param metered empty when not stated
 * @param cost 0 to 1,000,000, in a unit that the mesh has agreed on; 0 = nothing
 * @param quotaLeftMb what it lends this month still, in 10^6 bytes; empty when it sets no bound
 * @param load empty when not stated
 */
public record Terms(Optional<Boolean> metered, int cost, Optional<Long> quotaLeftMb, Isp isp, Optional<Load> load) {
    public static final int MAX_COST = 1_000_000;
    /** An exabyte. */
    public static final long MAX_QUOTA_MB = 1_000_000_000_000L;

    public static final Terms UNSTATED =
            new Terms(Optional.empty(), 0, Optional.empty(), Isp.UNKNOWN, Optional.empty());

    public Terms {
        if (cost < 0 || cost > MAX_COST)
            throw new IllegalArgumentException("cost %d; expected 0 to %d".formatted(cost, MAX_COST));
        quotaLeftMb.filter(mb -> mb < 0 || mb > MAX_QUOTA_MB).ifPresent(mb -> {
            throw new IllegalArgumentException("quota_left_mb %d; expected 0 to %d".formatted(mb, MAX_QUOTA_MB));
        });
    }

    /**
     * How much is taken.
     *
     * @param consumers that have a lease, at most {@code slots}
     * @param slots leases that it gives at a time, 1 to 65,535
     * @param busyPercent how much of the line's bandwidth consumers used lately, 0 to 100; empty when that is not known
     */
    public record Load(int consumers, int slots, Optional<Integer> busyPercent) {
        private static final int MOST_SLOTS = 65_535;

        public Load {
            if (slots < 1 || slots > MOST_SLOTS || consumers < 0 || consumers > slots)
                throw new IllegalArgumentException("%d consumers of %d slots".formatted(consumers, slots));
            busyPercent.filter(p -> p < 0 || p > 100).ifPresent(p -> {
                throw new IllegalArgumentException("busy_percent %d; expected 0 to 100".formatted(p));
            });
        }

        /** How much of its places or of its line is taken, whichever is scarcer, 0 to 100. */
        public int takenPercent() {
            return Math.max(100 * consumers / slots, busyPercent.orElse(0));
        }
    }
}
