package org.wguplink.core.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The last 16 round-trip times of a path. */
public record RttWindow(List<Duration> samples) {
    public static final RttWindow EMPTY = new RttWindow(List.of());
    private static final int SIZE = 16;

    public RttWindow {
        samples = List.copyOf(samples);
    }

    public RttWindow with(Duration rtt) {
        var next = new ArrayList<Duration>(SIZE);
        next.addAll(samples.size() < SIZE ? samples : samples.subList(1, SIZE));
        next.add(rtt);
        return new RttWindow(next);
    }

    /**
     * The round-trip time to reckon with: the second largest sample, so that one straggler does not widen it; empty
     * without samples.
     */
    public Optional<Duration> upper() {
        return samples.stream()
                .sorted(Comparator.reverseOrder())
                .skip(samples.size() > 1 ? 1 : 0)
                .findFirst();
    }

    /** How long an answer may take where such a round trip is to be reckoned with. */
    static Duration patience(Duration roundTrip) {
        return roundTrip.plus(roundTrip.dividedBy(4));
    }

    public Optional<Duration> mean() {
        if (samples.isEmpty()) return Optional.empty();
        return Optional.of(
                samples.stream().reduce(Duration.ZERO, Duration::plus).dividedBy(samples.size()));
    }
}
