package org.wguplink.core.tunnel;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.wguplink.core.time.MonoTime;

/**
 * Finds out what fits through a tunnel, by echoes of that size to its other end: something on the way may swallow what is
 * larger and say nothing, a black hole (RFC 8899, section 4.3). Where nothing comes back of any size nothing is learnt.
 * Immutable.
 *
 * @param usual bytes of an IP packet, what should fit
 * @param fits what does, as far as is known
 * @param checkedAt when that was found out last
 * @param answers whether anything came back when it was tried
 * @param round of echoes under way
 */
public record PathMtuSearch(int usual, int fits, MonoTime checkedAt, boolean answers, Optional<Round> round) {
    /**
     * What fits through links of less than 1500 bytes: multiples of 16, to which WireGuard fills up (its paper, section
     * 5.4.6). The last two are of 1280 bytes, for outer packets of either family.
     */
    private static final List<Integer> NARROWER = List.of(1376, 1328, 1280, 1216, TunnelMtu.NARROWEST);

    private static final int WAVES = 3;
    private static final Duration BETWEEN_WAVES = Duration.ofMillis(300);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);
    private static final Duration BUSY = Duration.ofSeconds(10);
    private static final Duration NARROWED = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMinutes(10);

    /** Echoes of these sizes, several times, until one of the largest came back. */
    record Round(List<Integer> sizes, Set<Integer> answered, int wavesLeft, MonoTime next) {
        Round {
            sizes = List.copyOf(sizes);
            answered = Set.copyOf(answered);
        }

        Round waved(MonoTime now) {
            int left = wavesLeft - 1;
            return new Round(sizes, answered, left, now.plus(left > 0 ? BETWEEN_WAVES : LAST_PATIENCE));
        }

        Round with(int size) {
            var all = new HashSet<>(answered);
            all.add(size);
            return new Round(sizes, all, wavesLeft, next);
        }
    }

    /**
     * The new search and what to send now.
     *
     * @param sizes of echo requests, bytes of the whole IP packet
     */
    public record Step(PathMtuSearch search, List<Integer> sizes) {}

    /** Of a tunnel that is new, or leads by another way: checked at once. */
    public static PathMtuSearch start(int usual, MonoTime now) {
        return new PathMtuSearch(usual, usual, now.plus(IDLE.negated()), true, Optional.empty());
    }

    /** @param busy whether flows use the tunnel: what stays quiet is looked at less often */
    public Step tick(boolean busy, MonoTime now) {
        if (!nextWake(busy).isDue(now)) return new Step(this, List.of());
        if (round.isEmpty()) return send(new Round(List.of(usual), Set.of(), WAVES, now), now);
        if (round.get().wavesLeft > 0) return send(round.get(), now);
        if (round.get().sizes.contains(usual)) return send(new Round(narrower(), Set.of(), WAVES, now), now);
        OptionalInt largest =
                round.get().answered.stream().mapToInt(Integer::intValue).max();
        PathMtuSearch next = largest.isPresent()
                ? found(largest.getAsInt(), now)
                : new PathMtuSearch(usual, fits, now, false, Optional.empty());
        return new Step(next, List.of());
    }

    /** An echo of this size came back. */
    public PathMtuSearch answered(int size, MonoTime now) {
        if (round.isEmpty()) return this;
        if (size >= round.get().sizes.getFirst()) return found(size, now);
        return new PathMtuSearch(
                usual, fits, checkedAt, answers, Optional.of(round.get().with(size)));
    }

    /** When {@link #tick} has something to do next. */
    public MonoTime nextWake(boolean busy) {
        if (round.isPresent()) return round.get().next;
        if (!busy || !answers) return checkedAt.plus(IDLE);
        return checkedAt.plus(fits < usual ? NARROWED : BUSY);
    }

    private List<Integer> narrower() {
        return NARROWER.stream().filter(size -> size < usual).toList();
    }

    private Step send(Round next, MonoTime now) {
        return new Step(new PathMtuSearch(usual, fits, checkedAt, answers, Optional.of(next.waved(now))), next.sizes);
    }

    private PathMtuSearch found(int size, MonoTime now) {
        return new PathMtuSearch(usual, Math.min(size, usual), now, true, Optional.empty());
    }
}
