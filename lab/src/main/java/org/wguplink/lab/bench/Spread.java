package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/** The same thing measured several times. */
@Json
public record Spread(long min, double median, long max, List<Long> runs) {
    public Spread {
        if (runs.isEmpty()) throw new IllegalArgumentException("a spread needs a run");
        runs = List.copyOf(runs);
    }

    /** A line for each, with its runs, for people. */
    static String table(Map<String, Spread> rows) {
        StringBuilder table =
                new StringBuilder("%-38s %8s %8s %8s  %s%n".formatted("", "min", "median", "max", "runs"));
        rows.forEach((what, spread) -> table.append("%-38s %8d %8.1f %8d  %s%n"
                .formatted(what, spread.min(), spread.median(), spread.max(), spread.runs())));
        return table.toString();
    }

    public static Spread of(List<Long> runs) {
        List<Long> sorted = runs.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2.0;
        return new Spread(sorted.getFirst(), median, sorted.getLast(), runs);
    }
}
