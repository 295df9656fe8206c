package org.wguplink.core.selection;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * An uplink that the user has added, with what the choice rests on.
 *
 * @param weight the user's word, 1 to 1000, higher = more preferred
 * @param unavailable why it cannot be used at all; empty when it can
 * @param latency to the internet: measured through the tunnel, before that what its offer claims; empty when unknown
 */
public record Candidate(PeerId peer, int weight, Optional<String> unavailable, Optional<Duration> latency) {
    public static final int DEFAULT_WEIGHT = 10;
    public static final int MAX_WEIGHT = 1000;

    public Candidate {
        if (weight < 1 || weight > MAX_WEIGHT)
            throw new IllegalArgumentException("weight %d; expected 1 to %d".formatted(weight, MAX_WEIGHT));
    }
}
