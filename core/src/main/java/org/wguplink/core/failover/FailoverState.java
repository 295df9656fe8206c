package org.wguplink.core.failover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * What the decision rests on.
 *
 * @param uplinks best first
 * @param active the path of new flows; the own WAN also when nothing works
 * @param automatic whether it switches by itself
 * @param since when {@code active} was chosen
 */
public record FailoverState(
        List<PathId.Uplink> uplinks,
        Map<PathId, PathStanding> standings,
        PathId active,
        boolean automatic,
        String why,
        MonoTime since) {

    public FailoverState {
        uplinks = List.copyOf(uplinks);
        standings = Map.copyOf(standings);
    }

    /** A node that has just started: it uses its own WAN, and knows nothing. */
    public static FailoverState start(boolean automatic, MonoTime now) {
        return new FailoverState(List.of(), Map.of(), PathId.WAN, automatic, "just started", now);
    }

    public PathStanding standing(PathId path) {
        return standings.getOrDefault(path, PathStanding.UNKNOWN);
    }

    FailoverState with(List<PathId.Uplink> newUplinks, Map<PathId, PathStanding> newStandings) {
        return new FailoverState(newUplinks, newStandings, active, automatic, why, since);
    }

    /** All paths in the order of preference: the own WAN, then the uplinks. */
    public List<PathId> order() {
        var order = new ArrayList<PathId>(uplinks.size() + 1);
        order.add(PathId.WAN);
        order.addAll(uplinks);
        return order;
    }

    /** Whether the path in use is dead and there is no other. */
    public boolean offline() {
        return judged(active) && !standing(active).up();
    }

    /** The paths that were judged and do not live. */
    List<PathId> dead() {
        return order().stream().filter(p -> judged(p) && !standing(p).up()).toList();
    }

    /** Whether anything was ever said of the path. */
    public boolean judged(PathId path) {
        return standings.containsKey(path);
    }

    /** When the next hold-down ends; empty when none runs. */
    public Optional<MonoTime> nextWake(MonoTime now) {
        return standings.values().stream()
                .flatMap(s -> s.trustedFrom().stream())
                .filter(now::isBefore)
                .min(MonoTime::compareTo);
    }
}
