package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.util.List;

/** The same thing measured several times. */
@Json
public record Spread(long min, double median, long max, List<Long> runs) {
    public Spread {
        if (runs.isEmpty()) throw new IllegalArgumentException("a spread needs a run");
        runs = List.copyOf(runs);
    }

    public static Spread of(List<Long> runs) {
        List<Long> sorted = runs.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2.0;
        return new Spread(sorted.getFirst(), median, sorted.getLast(), runs);
    }
}
