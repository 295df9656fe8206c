package org.wguplink.core.selection;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * The order of uplinks: the available ones by the user's weight, then by latency, and the peer id last, so that the order
 * is always the same. One that is in use gives way within its weight only to a latency that is better by 15 % and 20 ms.
 */
public final class Selection {
    private static final Duration MARGIN = Duration.ofMillis(20);
    private static final int MARGIN_PERCENT = 15;

    /** The lowest first; an unknown one is worse than any that is known. */
    private static final Comparator<Candidate> BY_LATENCY =
            Comparator.comparing(c -> c.latency().orElse(ChronoUnit.FOREVER.getDuration()));

    private Selection() {}

    /**
     * The available candidates, best first.
     *
     * @param preferLatency {@code option prefer_latency}: whether latency counts at all
     * @param inUse the uplink that carries traffic now
     */
    public static List<Candidate> rank(List<Candidate> candidates, boolean preferLatency, Optional<PeerId> inUse) {
        Comparator<Candidate> byWeight =
                Comparator.comparingInt(Candidate::weight).reversed();
        Comparator<Candidate> order = preferLatency
                ? byWeight.thenComparing(BY_LATENCY).thenComparing(Candidate::peer)
                : byWeight.thenComparing(Candidate::peer);
        var ranked = new ArrayList<>(candidates.stream()
                .filter(c -> c.unavailable().isEmpty())
                .sorted(order)
                .toList());
        inUse.flatMap(peer -> ranked.stream().filter(c -> c.peer().equals(peer)).findFirst())
                .filter(incumbent -> !clearlyBetter(ranked.getFirst(), incumbent))
                .ifPresent(incumbent -> {
                    ranked.remove(incumbent);
                    ranked.addFirst(incumbent);
                });
        return List.copyOf(ranked);
    }

    private static boolean clearlyBetter(Candidate challenger, Candidate incumbent) {
        if (challenger.weight() != incumbent.weight()) return challenger.weight() > incumbent.weight();
        if (challenger.latency().isEmpty() || incumbent.latency().isEmpty()) return false;
        Duration present = incumbent.latency().get();
        Duration gain = present.minus(challenger.latency().get());
        return gain.compareTo(MARGIN) > 0 && gain.multipliedBy(100).compareTo(present.multipliedBy(MARGIN_PERCENT)) > 0;
    }
}
