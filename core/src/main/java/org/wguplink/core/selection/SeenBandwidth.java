package org.wguplink.core.selection;

import java.util.Optional;

/**
 * The bandwidth of an uplink as its traffic has shown it, or a load made on purpose.
 *
 * @param mbps 10^6 bits per second of the direction that had more
 * @param limit whether that was all that passes: it stayed the same for seconds, or all was asked for; else no more was asked for
 */
public record SeenBandwidth(int mbps, boolean limit) {
    /** Below this a rate that stays the same may as well be a call or a stream. */
    static final int BULK_MBPS = 5;

    /** The most that is believed of a line. */
    public static final int MOST_MBPS = 1_000_000;

    private static final int NOISE_PERCENT = 25;

    public SeenBandwidth {
        if (mbps < 0) throw new IllegalArgumentException("%d Mbit/s".formatted(mbps));
    }

    /** A rate that passed for a moment: the line has at least that. */
    public static SeenBandwidth peak(int mbps) {
        return new SeenBandwidth(mbps, false);
    }

    /** A rate that stayed the same for seconds; a small one may be all that was asked for. */
    public static SeenBandwidth sustained(int mbps) {
        return new SeenBandwidth(mbps, mbps >= BULK_MBPS);
    }

    /** What a load that asked for all there is has brought. */
    public static SeenBandwidth measured(double mbps) {
        return new SeenBandwidth(Math.clamp(Math.round(mbps), 1, MOST_MBPS), true);
    }

    /** With what was seen later. A limit is believed as it was last; one that is off by a quarter is the same. */
    public SeenBandwidth and(SeenBandwidth later) {
        if (limit && isNoise(later)) return this;
        if (later.limit) return later;
        return later.mbps > mbps ? new SeenBandwidth(later.mbps, limit) : this;
    }

    private boolean isNoise(SeenBandwidth later) {
        return 100L * Math.abs(later.mbps - mbps) <= (long) NOISE_PERCENT * mbps;
    }

    /** The bandwidth that counts, in Mbit/s: what was seen, or the claim while that may still be true; empty when unknown. */
    public static Optional<Integer> counts(Optional<SeenBandwidth> seen, int claimedMbps) {
        int counts =
                seen.map(s -> s.limit ? s.mbps : Math.max(s.mbps, claimedMbps)).orElse(claimedMbps);
        return counts == 0 ? Optional.empty() : Optional.of(counts);
    }
}
