package org.wguplink.core.health;

import java.time.Duration;
import java.util.ArrayList;
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
        // asked at every turn of the loop: without sorting
        if (samples.isEmpty()) return Optional.empty();
        Duration largest = samples.getFirst();
        Duration second = largest;
        for (int i = 1; i < samples.size(); i++) {
            Duration rtt = samples.get(i);
            boolean most = rtt.compareTo(largest) > 0;
            if (most || i == 1 || rtt.compareTo(second) > 0) second = most ? largest : rtt;
            if (most) largest = rtt;
        }
        return Optional.of(second);
    }

    /** How long an answer may take where such a round trip is to be reckoned with. */
    static Duration patience(Duration roundTrip) {
        return roundTrip.plus(roundTrip.dividedBy(4));
    }

    public Optional<Duration> mean() {
        if (samples.isEmpty()) return Optional.empty();
        long sum = 0;
        for (Duration rtt : samples) sum += rtt.toNanos();
        return Optional.of(Duration.ofNanos(sum / samples.size()));
    }
}
