package org.wguplink.core.failover;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * Flows that stay on an uplink which new flows have left: they end when its time is over. Immutable.
 *
 * @param usual how long they may stay, zero or more
 * @param others the same for uplinks of which it is another, such as metered ones
 * @param until when what is left ends
 * @param ordered uplinks that the user has told new flows to leave
 */
public record Drains(
        Duration usual,
        Map<PathId.Uplink, Duration> others,
        Map<PathId.Uplink, MonoTime> until,
        Set<PathId.Uplink> ordered) {
    public static final Drains USUAL = new Drains(Duration.ofMinutes(10), Map.of(), Map.of(), Set.of());

    public Drains {
        others = Map.copyOf(others);
        until = Map.copyOf(until);
        ordered = Set.copyOf(ordered);
    }

    Drains lasting(Duration next, Map<PathId.Uplink, Duration> ofOthers) {
        return new Drains(next, ofOthers, until, ordered);
    }

    /** New flows have gone from one path to the other. */
    Drains left(PathId path, PathId next, MonoTime now) {
        var changed = new HashMap<>(until);
        if (path instanceof PathId.Uplink uplink) {
            MonoTime end = changed.get(uplink);
            // an order may have set another time; one that has long been over was for flows of then
            boolean keeps = isOrdered(uplink) && end != null && now.isBefore(end.plus(time(uplink)));
            if (!keeps) changed.put(uplink, now.plus(time(uplink)));
        }
        if (next instanceof PathId.Uplink uplink && !isOrdered(uplink)) changed.remove(uplink);
        return new Drains(usual, others, changed, ordered);
    }

    private Duration time(PathId.Uplink uplink) {
        return others.getOrDefault(uplink, usual);
    }

    /** By the user's order, whoever uses it. */
    Drains ordered(PathId.Uplink uplink, Optional<Duration> within, MonoTime now) {
        var changed = new HashMap<>(until);
        changed.put(uplink, now.plus(within.orElse(time(uplink))));
        var all = new HashSet<>(ordered);
        all.add(uplink);
        return new Drains(usual, others, changed, all);
    }

    /** It may be used again, and what is on it stays. */
    Drains recalled(PathId.Uplink uplink) {
        var changed = new HashMap<>(until);
        changed.remove(uplink);
        var all = new HashSet<>(ordered);
        all.remove(uplink);
        return new Drains(usual, others, changed, all);
    }

    Drains resumed(Map<PathId.Uplink, Duration> left, Set<PathId.Uplink> anew, MonoTime now) {
        var changed = new HashMap<>(until);
        left.forEach((uplink, time) -> changed.put(uplink, now.plus(time)));
        var all = new HashSet<>(ordered);
        all.addAll(anew);
        return new Drains(usual, others, changed, all);
    }

    Drains among(List<PathId> paths) {
        var changed = new HashMap<>(until);
        changed.keySet().retainAll(paths);
        var all = new HashSet<>(ordered);
        all.retainAll(paths);
        return new Drains(usual, others, changed, all);
    }

    /** The uplinks whose time is over. */
    List<PathId.Uplink> due(MonoTime now) {
        return until.entrySet().stream()
                .filter(e -> e.getValue().isDue(now))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(PathId.Uplink::peer))
                .toList();
    }

    Drains without(List<PathId.Uplink> ended) {
        var changed = new HashMap<>(until);
        changed.keySet().removeAll(ended);
        return new Drains(usual, others, changed, ordered);
    }

    /** Whether new flows are to leave it, and to keep away from it while anything else works. */
    public boolean isOrdered(PathId path) {
        return path instanceof PathId.Uplink uplink && ordered.contains(uplink);
    }
}
