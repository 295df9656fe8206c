package org.wguplink.core.selection;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * An uplink that the user has added, with what the choice rests on.
 *
 * @param weight the user's word, 1 to 1000, higher = more preferred
 * @param unavailable why it cannot be used at all; empty when it can
 * @param takenPercent how much of its places or of its line is taken, 0 to 100; empty when it does not say, and when we have a
 *     place already
 */
public record Candidate(
        PeerId peer,
        int weight,
        Optional<String> unavailable,
        Fate fate,
        Price price,
        Optional<Integer> takenPercent,
        Speed speed) {
    public static final int DEFAULT_WEIGHT = 10;
    public static final int MAX_WEIGHT = 1000;

    public Candidate {
        if (weight < 1 || weight > MAX_WEIGHT)
            throw new IllegalArgumentException("weight %d; expected 1 to %d".formatted(weight, MAX_WEIGHT));
    }

    /**
     * What it has in common with the own line, and may lose together with it.
     *
     * @param otherLine whether its tunnel is known to avoid the own WANs
     * @param sharedIsp the ISP of both, as far as is known
     */
    public record Fate(boolean otherLine, Optional<String> sharedIsp) {
        public static final Fate UNKNOWN = new Fate(false, Optional.empty());
    }

    /**
     * What borrowing costs.
     *
     * @param cost in a unit that the mesh has agreed on; 0 = nothing
     * @param quotaLeftMb what the provider lends this month still, in 10^6 bytes; empty when it sets no bound
     */
    public record Price(boolean metered, int cost, Optional<Long> quotaLeftMb) {
        public static final Price NOTHING = new Price(false, 0, Optional.empty());
    }

    /**
     * How fast it is.
     *
     * @param latency to the internet
     * @param measured whether the latency was measured through the tunnel; else it is what the offer claims
     * @param bandwidthMbps as {@link SeenBandwidth#counts} has it; empty when nothing is known
     */
    public record Speed(Optional<Duration> latency, boolean measured, Optional<Integer> bandwidthMbps) {
        public static final Speed UNKNOWN = new Speed(Optional.empty(), false, Optional.empty());
    }
}
