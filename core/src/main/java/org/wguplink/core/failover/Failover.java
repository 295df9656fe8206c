package org.wguplink.core.failover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * Which path carries new flows.
 *
 * <p>The paths stand in an order: the own WANs, then the uplinks, each best first. The first one that is <em>trusted</em>
 * (up, and past its hold-down) and not poor carries new flows; else the first that is trusted; when none is trusted, the
 * first that is up; when none is up, the first own WAN, and the node is offline. A path that is merely suspected keeps its
 * flows. A path that dies loses them as soon as another can take them; one that is only left keeps the flows that began on
 * it. An uplink whose tunnel rides an own WAN is doubted when that WAN dies: it counts again once something came back
 * through it; and it has the hold-down of that WAN to keep, too, whichever of them comes back first. Where the user wants
 * that, new flows of the LAN are shared over several trusted paths ({@link Balance}).
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
        return shared(decided(state, event, now), now);
    }

    private static Step decided(FailoverState state, FailoverEvent event, MonoTime now) {
        return switch (event) {
            case FailoverEvent.Judged(var path, var verdict, var why) -> judged(state, path, verdict, why, now);
            case FailoverEvent.Rated(var path, var complaint) -> rated(state, path, complaint, now);
            case FailoverEvent.Preferred(var paths) -> preferred(state, paths, now);
            case FailoverEvent.Riding(var underlays) ->
                ending(state, choose(state.riding(underlays), now), List.of(), now);
            case FailoverEvent.Enabled(var automatic) ->
                ending(state, choose(state.automatic(automatic), now), List.of(), now);
            case FailoverEvent.Resumed(var path) -> new Step(resumed(state, path, now), List.of());
            case FailoverEvent.Draining(var usual, var others) ->
                new Step(state.draining(state.drains().lasting(usual, others)), List.of());
            case FailoverEvent.Drained(var uplink, var within) ->
                ended(choose(state.draining(state.drains().ordered(uplink, within, now)), now), now);
            case FailoverEvent.DrainsResumed(var left, var ordered) -> {
                Drains drains = state.drains().resumed(left, ordered, now).among(state.paths());
                yield ended(choose(state.draining(drains), now), now);
            }
            case FailoverEvent.Recalled(var uplink) ->
                choose(state.draining(state.drains().recalled(uplink)), now);
            case FailoverEvent.Balanced(var members) ->
                new Step(state.balanced(state.balance().over(members)), List.of());
            case FailoverEvent.Tick() -> ended(again(state, state, now), now);
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
        // flows may have begun on a path before anything was known of it
        boolean died = !after.up() && (before.up() || !state.judged(path));
        if (died && path instanceof PathId.OwnWan wan) doubtRiders(state, wan, standings, now);
        Step chosen = choose(state.with(standings), now);
        return ending(state, chosen, died ? List.of(path) : List.of(), now);
    }

    private static Step rated(FailoverState state, PathId path, Optional<String> complaint, MonoTime now) {
        var complaints = new HashMap<>(state.complaints());
        complaints.remove(path);
        complaint.ifPresent(c -> complaints.put(path, c));
        var standings = new HashMap<>(state.standings());
        if (isMended(state, path, complaint)) standings.computeIfPresent(path, (_, s) -> s.mended(now, s.why()));
        return choose(state.rated(complaints).with(standings), now);
    }

    /** Who has logged in at a portal stays so; and what was not left for being poor need not prove itself. */
    private static boolean isMended(FailoverState state, PathId path, Optional<String> complaint) {
        String before = state.complaints().get(path);
        return before != null
                && complaint.isEmpty()
                && !before.equals(PortalWatch.COMPLAINT)
                && !path.equals(state.active());
    }

    /** The tunnels over a WAN that died are most likely dead too, and their own probes will say so only later. */
    private static void doubtRiders(
            FailoverState state, PathId.OwnWan wan, Map<PathId, PathStanding> standings, MonoTime now) {
        for (PathId uplink : state.riders(wan))
            standings.computeIfPresent(uplink, (u, s) -> s.doubted(now, "it rides %s, which is down".formatted(wan)));
    }

    private static Step preferred(FailoverState state, List<PathId> paths, MonoTime now) {
        var standings = new HashMap<>(state.standings());
        standings.keySet().removeIf(p -> !(p instanceof PathId.None) && !paths.contains(p));
        var complaints = new HashMap<>(state.complaints());
        complaints.keySet().retainAll(paths);
        boolean gone = !(state.active() instanceof PathId.None) && !paths.contains(state.active());
        if (gone) standings.put(PathId.NONE, PathStanding.UNKNOWN.wentDown(now, state.active() + " is gone"));
        FailoverState next = state.over(paths)
                .with(standings)
                .rated(complaints)
                .draining(state.drains().among(paths));
        Step chosen = choose(gone ? next.on(PathId.NONE, state.why(), state.since()) : settled(next), now);
        return ending(state, chosen, gone ? List.of(state.active()) : List.of(), now);
    }

    /** Before anything is known of an own WAN, new flows go there as they did without us: that is no switch. */
    private static FailoverState settled(FailoverState state) {
        boolean knownUplink = state.active() instanceof PathId.Uplink;
        boolean judgedWan = state.active() instanceof PathId.OwnWan && state.judged(state.active());
        return knownUplink || judgedWan ? state : state.on(state.home(), state.why(), state.since());
    }

    /** A restart is no reason to switch: the path is believed in until its probes say otherwise. */
    private static FailoverState resumed(FailoverState state, PathId path, MonoTime now) {
        boolean sensible = state.automatic() && state.paths().contains(path) && !state.judged(state.active());
        if (!sensible || path.equals(state.active())) return state;
        String why = "an earlier run chose it";
        var standings = new HashMap<>(state.standings());
        for (PathId better : state.paths().subList(0, state.paths().indexOf(path)))
            if (better instanceof PathId.OwnWan) standings.put(better, PathStanding.LEFT);
        standings.put(path, state.standing(path).cameUp(now, why));
        return state.with(standings).on(path, why, now);
    }

    /** Nothing was said of a path, but there may be another choice now: also one that ends being offline. */
    private static Step again(FailoverState before, FailoverState state, MonoTime now) {
        Step chosen = choose(state, now);
        return before.offline() ? ending(before, chosen, List.of(), now) : chosen;
    }

    private static Step choose(FailoverState state, MonoTime now) {
        PathId active = state.active();
        if (!state.automatic()) return activate(state, state.home(), "failover is disabled", now);
        if (!(active instanceof PathId.Uplink) && !state.judged(active)) return new Step(state, List.of());
        Optional<PathId> trusted = firstTrusted(state, now);
        // what works is left only for a better path that has proven itself
        if (state.standing(active).up())
            return trusted.filter(p -> isBetter(state, p, active))
                    .map(p -> activate(state, p, whyBetter(state, p), now))
                    .orElse(new Step(state, List.of()));
        PathId next = trusted.or(() -> state.paths().stream()
                        .filter(p -> state.standing(p).up() && !state.mayBeTheWan(p, now))
                        .findFirst())
                .orElse(state.home());
        String why = active instanceof PathId.None
                ? state.standing(active).why()
                : "%s is down: %s".formatted(active, state.standing(active).why());
        return activate(state, next, why, now);
    }

    private static Optional<PathId> firstTrusted(FailoverState state, MonoTime now) {
        List<PathId> trusted = state.paths().stream()
                .filter(p -> state.trusted(p, now) && !state.mayBeTheWan(p, now))
                .toList();
        // the first of those with the least
        return trusted.stream().min(Comparator.comparingInt(state::reluctance));
    }

    /** Any path that is not poor is better than one that is. */
    private static boolean isBetter(FailoverState state, PathId path, PathId active) {
        int gain = state.reluctance(active) - state.reluctance(path);
        if (gain != 0) return gain > 0;
        return state.paths().indexOf(path) < state.paths().indexOf(active);
    }

    private static String whyBetter(FailoverState state, PathId path) {
        Optional<String> complaint = state.poverty(state.active());
        if (complaint.isPresent()) return "%s %s".formatted(state.active(), complaint.get());
        return path instanceof PathId.OwnWan ? "the own WAN is stable again" : path + " is preferred";
    }

    private static Step activate(FailoverState state, PathId path, String why, MonoTime now) {
        if (path.equals(state.active())) return new Step(state, List.of());
        return new Step(state.on(path, why, now), List.of(new Activate(path, why)));
    }

    /**
     * What is shared follows from what was decided. An uplink that takes its part of new flows is not left, whatever the path
     * in use is.
     */
    private static Step shared(Step step, MonoTime now) {
        FailoverState state = step.state();
        if (state.balance().equals(Balance.NONE)) return step;
        Balance balance = state.balance().decided(state, now);
        Drains drains = state.drains();
        for (PathId left : balance.left(state.balance()))
            if (state.standing(left).up() && !left.equals(state.active())) drains = drains.left(left, PathId.NONE, now);
        for (PathId member : balance.sharing()) drains = drains.left(PathId.NONE, member, now);
        boolean same = balance.equals(state.balance()) && drains.equals(state.drains());
        return same ? step : new Step(state.balanced(balance).draining(drains), step.commands());
    }

    /** Ends what is left on uplinks whose time is over. */
    private static Step ended(Step chosen, MonoTime now) {
        Step step = shared(chosen, now);
        List<PathId.Uplink> due = step.state().drains().due(now).stream()
                .filter(uplink -> !uplink.equals(step.state().active()))
                .toList();
        if (due.isEmpty()) return step;
        var commands = new ArrayList<>(step.commands());
        for (PathId.Uplink uplink : due) commands.add(new DropFlows(uplink));
        return new Step(step.state().draining(step.state().drains().without(due)), commands);
    }

    /**
     * Ends the flows of paths that have just died, when another path can take them; without one they wait for whatever
     * comes back first. With every switch the flows of all that is dead end, since some may have begun there meanwhile.
     */
    private static Step ending(FailoverState before, Step step, List<PathId> died, MonoTime now) {
        FailoverState after = step.state();
        if (after.offline()) return step;
        var dead = new LinkedHashSet<>(died);
        if (before.offline() || !step.commands().isEmpty()) dead.addAll(after.dead());
        // they were dead until now, and come back with the WAN
        if (before.offline() && after.active() instanceof PathId.OwnWan)
            before.paths().stream().filter(p -> before.mayBeTheWan(p, now)).forEach(dead::add);
        dead.removeIf(PathId.None.class::isInstance);
        var commands = new ArrayList<>(step.commands());
        for (PathId path : dead) commands.add(new DropFlows(path));
        return new Step(after, commands);
    }
}
