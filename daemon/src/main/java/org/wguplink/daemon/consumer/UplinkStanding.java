package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.selection.Ranking;
import org.wguplink.core.selection.SeenBandwidth;

/**
 * Where a peer stands by the last decision about uplinks, and what runs for it.
 *
 * @param candidate what the decision knew of it; empty for one that was not added
 * @param place 1 = best; empty for one that cannot be used
 * @param behind why it is not before the one before it
 * @param wanted whether it was to have a tunnel
 * @param removedIn when its tunnel goes, since others are preferred
 * @param retryIn when a lease is asked for again
 */
public record UplinkStanding(
        Optional<Candidate> candidate,
        Optional<Integer> place,
        Optional<Ranking.Behind> behind,
        boolean wanted,
        Optional<Duration> removedIn,
        Optional<Duration> retryIn,
        Optional<SeenBandwidth> bandwidth) {}
