package org.wguplink.core.failover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * Which path carries new flows.
 *
 * <p>The paths stand in an order: the own WAN, then the uplinks, best first. The first one that is <em>trusted</em> (up,
 * and past its hold-down) carries new flows; when none is trusted, the first that is up; when none is up, the own WAN,
 * and the node is offline. A path that is merely suspected keeps its flows. A path that dies loses them as soon as another
 * can take them; one that is only left keeps the flows that began on it.
 */
public final class Failover {
    private Failover() {}

    /** The new state and what is to be done. */
    public record Step(FailoverState state, List<FailoverCommand> commands) {
        public Step {
            commands = List.copyOf(commands);
        }
    }

    public static Step step(FailoverState state, FailoverEvent event, MonoTime now) {
        return switch (event) {
            case FailoverEvent.Judged(var path, var verdict, var why) -> judged(state, path, verdict, why, now);
            case FailoverEvent.Preferred(var uplinks) -> preferred(state, uplinks, now);
            case FailoverEvent.Enabled(var automatic) -> enabled(state, automatic, now);
            case FailoverEvent.Resumed(var path) -> new Step(resumed(state, path, now), List.of());
            case FailoverEvent.Tick() -> choose(state, now);
        };
    }

    private static Step judged(FailoverState state, PathId path, Verdict verdict, String why, MonoTime now) {
        PathStanding before = state.standing(path);
        PathStanding after = switch (verdict) {
            case UP -> before.cameUp(now, why);
            case DOWN -> before.wentDown(now, why);
            case UNKNOWN, SUSPECT -> before;
        };
        if (after.equals(before)) return new Step(state, List.of());
        var standings = new HashMap<>(state.standings());
        standings.put(path, after);
        Step chosen = choose(state.with(state.uplinks(), standings), now);
        // flows may have begun on a path before anything was known of it
        boolean died = !after.up() && (before.up() || !state.judged(path));
        return ending(state, chosen, died ? List.of(path) : List.of());
    }

    private static Step preferred(FailoverState state, List<PathId.Uplink> uplinks, MonoTime now) {
        var standings = new HashMap<>(state.standings());
        standings.keySet().removeIf(p -> p instanceof PathId.Uplink u && !uplinks.contains(u));
        boolean gone = state.active() instanceof PathId.Uplink u && !uplinks.contains(u);
        Step chosen = choose(state.with(uplinks, standings), now);
        return ending(state, chosen, gone ? List.of(state.active()) : List.of());
    }

    private static Step enabled(FailoverState state, boolean automatic, MonoTime now) {
        return choose(
                new FailoverState(
                        state.uplinks(), state.standings(), state.active(), automatic, state.why(), state.since()),
                now);
    }

    /** A restart is no reason to switch: the uplink is believed in until its probes say otherwise. */
    private static FailoverState resumed(FailoverState state, PathId.Uplink path, MonoTime now) {
        boolean sensible = state.automatic()
                && state.uplinks().contains(path)
                && !state.standing(PathId.WAN).up();
        if (!sensible) return state;
        String why = "an earlier run chose it";
        var standings = new HashMap<>(state.standings());
        standings.put(PathId.WAN, PathStanding.LEFT);
        standings.put(path, state.standing(path).cameUp(now, why));
        return new FailoverState(state.uplinks(), standings, path, true, why, now);
    }

    private static Step choose(FailoverState state, MonoTime now) {
        PathId active = state.active();
        if (!state.automatic()) return activate(state, PathId.WAN, "failover is disabled", now);
        if (active.equals(PathId.WAN) && !state.judged(active)) return new Step(state, List.of());
        Optional<PathId> trusted = state.order().stream()
                .filter(p -> state.standing(p).trusted(now))
                .findFirst();
        if (state.standing(active).up()) {
            // what works is left only for a better path that has proven itself
            Optional<PathId> better =
                    trusted.filter(p -> state.order().indexOf(p) < state.order().indexOf(active));
            if (better.isEmpty()) return new Step(state, List.of());
            return activate(
                    state,
                    better.get(),
                    better.get().equals(PathId.WAN) ? "the own WAN is stable again" : better.get() + " is preferred",
                    now);
        }
        PathId next = trusted.or(() -> state.order().stream()
                        .filter(p -> state.standing(p).up())
                        .findFirst())
                .orElse(PathId.WAN);
        return activate(
                state,
                next,
                "%s is down: %s".formatted(active, state.standing(active).why()),
                now);
    }

    private static Step activate(FailoverState state, PathId path, String why, MonoTime now) {
        if (path.equals(state.active())) return new Step(state, List.of());
        return new Step(
                new FailoverState(state.uplinks(), state.standings(), path, state.automatic(), why, now),
                List.of(new Activate(path, why)));
    }

    /**
     * Ends the flows of paths that have just died, when another path can take them; without one they wait for whatever
     * comes back first. With every switch the flows of all that is dead end, since some may have begun there meanwhile.
     */
    private static Step ending(FailoverState before, Step step, List<PathId> died) {
        FailoverState after = step.state();
        if (after.offline()) return step;
        var dead = new LinkedHashSet<>(died);
        if (before.offline() || !step.commands().isEmpty()) dead.addAll(after.dead());
        var commands = new ArrayList<>(step.commands());
        for (PathId path : dead) commands.add(new DropFlows(path));
        return new Step(after, commands);
    }
}
