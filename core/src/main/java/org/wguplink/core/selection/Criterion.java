package org.wguplink.core.selection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** By what one candidate comes before another, the first criterion first. Each splits those that are equal so far. */
public enum Criterion {
    /** The user's word. */
    WEIGHT,
    /** Whether it can help when the own line dies. */
    LINE,
    /** Whether it can help when the own ISP has an outage. */
    ISP,
    METERED,
    COST,
    QUOTA,
    /** Whether the provider has places and bandwidth left. */
    ROOM,
    LATENCY,
    BANDWIDTH,
    /** Near equals: a lot that each node draws for itself, always the same, so that many nodes spread. */
    SPREAD,
    /** Traffic does not move for little; splits nothing. */
    IN_USE;

    private static final Duration MARGIN = Duration.ofMillis(20);
    private static final int MARGIN_PERCENT = 15;
    private static final int MUCH_WIDER = 2;
    /** Of a month's quota, in 10^6 bytes. */
    private static final long LITTLE_MB = 1000;
    /** In percent. */
    private static final int HARDLY_ROOM = 80;

    /** Those that are equal by this, the best first; within a group the best by the value itself comes first. */
    List<List<Candidate>> split(List<Candidate> candidates, Preferences preferences) {
        return switch (this) {
            case WEIGHT -> byKey(candidates, c -> -c.weight());
            case LINE -> byKey(candidates, c -> c.fate().otherLine() ? 0 : 1);
            case ISP -> byKey(candidates, c -> c.fate().sharedIsp().isEmpty() ? 0 : 1);
            case METERED -> byKey(candidates, c -> c.price().metered() ? 1 : 0);
            case COST -> byKey(candidates, c -> c.price().cost());
            case QUOTA ->
                byKey(
                        candidates,
                        c -> c.price()
                                        .quotaLeftMb()
                                        .filter(mb -> mb < LITTLE_MB)
                                        .isPresent()
                                ? 1
                                : 0);
            case ROOM -> byKey(candidates, c -> c.takenPercent().orElse(0) >= HARDLY_ROOM ? 1 : 0);
            case LATENCY ->
                preferences.latency()
                        ? byNearness(candidates, c -> c.speed().latency(), Comparator.naturalOrder(), Criterion::faster)
                        : List.of(candidates);
            case BANDWIDTH ->
                byNearness(candidates, c -> c.speed().bandwidthMbps(), Comparator.reverseOrder(), Criterion::wider);
            case SPREAD -> byKey(candidates, c -> preferences.lot(c.peer()));
            case IN_USE -> List.of(candidates);
        };
    }

    /** Whether one latency is better than another by so much that it matters. */
    static boolean faster(Duration latency, Duration other) {
        Duration gain = other.minus(latency);
        return gain.compareTo(MARGIN) > 0 && gain.multipliedBy(100).compareTo(other.multipliedBy(MARGIN_PERCENT)) > 0;
    }

    private static boolean wider(Integer mbps, Integer other) {
        return mbps > MUCH_WIDER * other;
    }

    private static <K extends Comparable<K>> List<List<Candidate>> byKey(
            List<Candidate> candidates, Function<Candidate, K> key) {
        var groups = new TreeMap<K, List<Candidate>>();
        for (Candidate candidate : candidates)
            groups.computeIfAbsent(key.apply(candidate), k -> new ArrayList<>()).add(candidate);
        return List.copyOf(groups.values());
    }

    /** The best and all that are not clearly worse than it, then the same again of the others; the unknown come last. */
    private static <V extends Comparable<V>> List<List<Candidate>> byNearness(
            List<Candidate> candidates,
            Function<Candidate, Optional<V>> value,
            Comparator<V> order,
            BiPredicate<V, V> clearlyBetter) {
        var groups = new ArrayList<List<Candidate>>();
        List<Candidate> known = candidates.stream()
                .filter(c -> value.apply(c).isPresent())
                .sorted(Comparator.comparing((Candidate c) -> value.apply(c).orElseThrow(), order)
                        .thenComparing(Candidate::peer))
                .toList();
        for (Candidate candidate : known) {
            boolean near = !groups.isEmpty()
                    && !clearlyBetter.test(
                            value.apply(groups.getLast().getFirst()).orElseThrow(),
                            value.apply(candidate).orElseThrow());
            if (!near) groups.add(new ArrayList<>());
            groups.getLast().add(candidate);
        }
        List<Candidate> unknown =
                candidates.stream().filter(c -> value.apply(c).isEmpty()).toList();
        if (!unknown.isEmpty()) groups.add(unknown);
        return groups;
    }

    /** Why {@code behind} comes after {@code ahead}, as half a sentence. */
    String why(Candidate ahead, Candidate behind) {
        return switch (this) {
            case WEIGHT ->
                "its weight is %d, that of %s is %d".formatted(behind.weight(), ahead.peer(), ahead.weight());
            case LINE -> "its tunnel is not known to avoid the own line, that of %s does".formatted(ahead.peer());
            case ISP ->
                "its line is of the own ISP (%s), that of %s is not"
                        .formatted(behind.fate().sharedIsp().orElse("?"), ahead.peer());
            case METERED -> "its line is metered, that of %s is not".formatted(ahead.peer());
            case COST ->
                "its cost is %d, that of %s is %d"
                        .formatted(
                                behind.price().cost(),
                                ahead.peer(),
                                ahead.price().cost());
            case QUOTA ->
                "little is left of its quota (%d MB)"
                        .formatted(behind.price().quotaLeftMb().orElse(0L));
            case ROOM ->
                "it has hardly room (%d %% taken), %s has"
                        .formatted(behind.takenPercent().orElse(0), ahead.peer());
            case LATENCY ->
                "its latency is %s, that of %s is %s"
                        .formatted(
                                latency(behind.speed().latency()),
                                ahead.peer(),
                                latency(ahead.speed().latency()));
            case BANDWIDTH ->
                "its bandwidth is %s, that of %s is %s"
                        .formatted(
                                bandwidth(behind.speed().bandwidthMbps()),
                                ahead.peer(),
                                bandwidth(ahead.speed().bandwidthMbps()));
            case SPREAD ->
                "it is nearly equal to %s, and this node's lot fell on %s (other nodes draw others, so that they spread)"
                        .formatted(ahead.peer(), ahead.peer());
            case IN_USE -> "%s is in use, and it is not so much better that traffic would move".formatted(ahead.peer());
        };
    }

    private static String latency(Optional<Duration> latency) {
        return latency.map(l -> Math.round(l.toNanos() / 1e6) + " ms").orElse("unknown");
    }

    private static String bandwidth(Optional<Integer> mbps) {
        return mbps.map(m -> m + " Mbit/s").orElse("unknown");
    }
}
