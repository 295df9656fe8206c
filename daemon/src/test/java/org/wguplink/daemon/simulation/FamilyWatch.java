package org.wguplink.daemon.simulation;

import static org.wguplink.daemon.simulation.Invariant.*;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.PathStanding;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;

/** Knows, beside the product, what one node was told of its paths for one family, and checks where that family goes. */
final class FamilyWatch {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int SWITCHES = 3;

    private record Switch(PathId to, MonoTime at) {}

    private final SimNode node;
    private final Watch watch;
    private final Family family;
    private final Map<PathId, Health> healths = new HashMap<>();
    /** What is wrong with paths that live. */
    private final Map<PathId, String> complaints = new HashMap<>();
    /** When something was said of how good they are. */
    private final Map<PathId, MonoTime> poorAt = new HashMap<>();
    /** When a portal answered, on paths that live. */
    private final Map<PathId, MonoTime> portals = new HashMap<>();

    private final DrainWatch drains = new DrainWatch();
    private final Deque<Switch> switches = new ArrayDeque<>();
    private List<PathId> paths = List.of();
    private Map<PathId.Uplink, PathId.OwnWan> underlays = Map.of();
    private Optional<MonoTime> deadSince = Optional.empty();
    private PathId active = PathId.NONE;
    /** Since when nothing has changed but lives and deaths. */
    private MonoTime calmSince;
    /** Failures of an earlier run that this one may remember. */
    private int unseen;

    FamilyWatch(SimNode node, Watch watch, Family family) {
        this.node = node;
        this.watch = watch;
        this.family = family;
        this.calmSince = node.now();
    }

    private void learn(FailoverState before, FailoverEvent event, FailoverState after, MonoTime now) {
        boolean news = drains.learn(event, now);
        switch (event) {
            case FailoverEvent.Judged(var path, var verdict, var why) -> judged(path, verdict, why, now);
            case FailoverEvent.Preferred(var order) -> {
                healths.keySet().removeIf(p -> !order.contains(p));
                complaints.keySet().retainAll(order);
                portals.keySet().retainAll(order);
                news |= !paths.equals(order);
                paths = order;
            }
            case FailoverEvent.Riding(var riding) -> {
                news |= !underlays.equals(riding);
                underlays = riding;
            }
            case FailoverEvent.Rated(var path, var complaint) -> {
                String poor = complaints.remove(path);
                poorAt.put(path, now);
                complaint.ifPresent(c -> complaints.put(path, c));
                boolean left = poor != null && !poor.equals(PortalWatch.COMPLAINT) && !path.equals(before.active());
                if (left && complaint.isEmpty() && up(path)) mended(path, now);
                if (complaint.isPresent())
                    watch.reached(complaint.get().equals(PortalWatch.COMPLAINT) ? State.PORTAL_FOUND : State.PATH_POOR);
                news = true;
            }
            case FailoverEvent.Resumed(var path) -> {
                // it is believed in until its probes say otherwise
                if (after.active().equals(path))
                    healths.computeIfAbsent(path, p -> new Health(now)).cameUp(now);
                unseen = 1;
            }
            case FailoverEvent.Draining _,
                    FailoverEvent.Drained _,
                    FailoverEvent.DrainsResumed _,
                    FailoverEvent.Recalled _,
                    FailoverEvent.Balanced _,
                    FailoverEvent.Enabled _,
                    FailoverEvent.Tick _ -> {}
        }
        if (news) calmSince = now;
    }

    /** It was left for being poor, which counts as a failure. */
    private void mended(PathId path, MonoTime now) {
        Health health = Objects.requireNonNull(healths.get(path));
        watch.reached(health.died(now) ? State.HELD_DOWN_5_S : State.HELD_DOWN_60_S);
        health.cameUp(now);
    }

    private void judged(PathId path, Verdict verdict, String why, MonoTime now) {
        Health health = healths.computeIfAbsent(path, p -> new Health(now));
        if (verdict == Verdict.UP && !health.up) {
            health.cameUp(now);
            watch.reached(State.PATH_UP);
            note("%s is up".formatted(path));
        }
        if (verdict == Verdict.SUSPECT) watch.reached(State.PATH_SUSPECT);
        if (verdict != Verdict.DOWN) return;
        portals.remove(path);
        if (health.up) {
            watch.reached(State.PATH_DOWN);
            note("%s is down: %s".formatted(path, why));
            watch.reached(health.died(now) ? State.HELD_DOWN_5_S : State.HELD_DOWN_60_S);
        }
        health.up = false;
        health.dead = true;
        if (path instanceof PathId.OwnWan wan)
            underlays.forEach((uplink, under) -> {
                Health rider = healths.get(uplink);
                if (!under.equals(wan) || rider == null || !rider.up) return;
                rider.doubted(now);
                watch.reached(State.DOUBTED);
            });
    }

    /** A page came by a path. */
    void answered(PathId path, PageAnswer answer) {
        if (answer == PageAnswer.EXPECTED) portals.remove(path);
        if (answer == PageAnswer.PORTAL && up(path)) portals.putIfAbsent(path, node.now());
    }

    private void note(String what) {
        node.simulation.note(node, family == Family.IPV4 ? what : "IPv6: " + what);
    }

    boolean up(PathId path) {
        Health health = healths.get(path);
        return health != null && health.up;
    }

    /** What has never worked in this run has not failed when it is left, and may be taken at once when it works. */
    private boolean hasWorked(PathId path) {
        Health health = healths.get(path);
        return health != null && health.hasWorked();
    }

    private boolean isDead(PathId path) {
        Health health = healths.get(path);
        return health != null && health.dead;
    }

    private MonoTime since(PathId path) {
        return Objects.requireNonNull(healths.get(path)).since;
    }

    /** How much speaks against it for new flows. */
    private int reluctance(PathId path) {
        if (drains.isOrdered(path)) return 2;
        String under = path instanceof PathId.Uplink uplink && underlays.containsKey(uplink)
                ? complaints.get(underlays.get(uplink))
                : null;
        return complaints.containsKey(path) || (under != null && !under.equals(PortalWatch.COMPLAINT)) ? 1 : 0;
    }

    private boolean isBetter(PathId path, PathId than) {
        int gain = reluctance(than) - reluctance(path);
        return gain > 0 || (gain == 0 && paths.indexOf(path) < paths.indexOf(than));
    }

    private boolean isSurelyTrusted(PathId path, MonoTime now) {
        return holds(path, health -> health.mostHold(unseen), now);
    }

    /** Whether it has lived for so long, and, if it rides on one that has died, for as long as that must. */
    private boolean holds(PathId path, Function<Health, Duration> hold, MonoTime now) {
        Health health = healths.get(path);
        if (health == null || !health.up || now.since(health.since).compareTo(hold.apply(health)) < 0) return false;
        PathId.OwnWan wan = path instanceof PathId.Uplink uplink ? underlays.get(uplink) : null;
        Health under = wan == null ? null : healths.get(wan);
        return under == null || now.since(under.up ? under.since : health.since).compareTo(hold.apply(under)) >= 0;
    }

    /** Takes in what was decided of an event. */
    void decided(FailoverState before, FailoverEvent event, Failover.Step step, MonoTime now) {
        learn(before, event, step.state(), now);
        boolean ordered = event instanceof FailoverEvent.Drained || event instanceof FailoverEvent.Recalled;
        for (var command : step.commands())
            switch (command) {
                case Activate(var path, var why) -> {
                    note("new flows go by %s: %s".formatted(path, why));
                    switched(before, step.state(), path, now);
                    if (!ordered && hasWorked(before.active())) checkFewSwitches(step.state(), path, now);
                }
                case DropFlows(var path) -> {
                    note("flows of %s end".formatted(path));
                    checkEnd(before, path, now);
                }
            }
    }

    private void switched(FailoverState before, FailoverState after, PathId path, MonoTime now) {
        PathId left = before.active();
        boolean unforced = up(left) && after.paths().contains(left);
        if (unforced) {
            watch.require(
                    LEFT_ONLY_FOR_BETTER,
                    isBetter(path, left),
                    () -> "left %s, which is not down, for %s".formatted(left, path));
            watch.require(
                    HOLD_DOWN_IS_KEPT,
                    holds(path, health -> health.leastHold(now), now),
                    () -> "left %s for %s, which is to be held down".formatted(left, path));
            if (path instanceof PathId.OwnWan) watch.reached(State.FAILBACK);
            drains.left(left, now);
        }
        drains.taken(path);
        PathId.OwnWan under = path instanceof PathId.Uplink uplink ? underlays.get(uplink) : null;
        if (under != null && healths.containsKey(under) && !up(under))
            watch.require(
                    RIDERS_ARE_DOUBTED,
                    watch.hasAnswered(TunnelName.of(((PathId.Uplink) path).peer()), since(under)),
                    () -> "took %s, which rides the dead %s".formatted(path, under));
    }

    /** While one path can be trusted all along, and is not poor, the others are left, and come to be trusted again, seldom. */
    private void checkFewSwitches(FailoverState after, PathId path, MonoTime now) {
        switches.add(new Switch(path, now));
        switches.removeIf(s -> now.since(s.at).compareTo(WINDOW) > 0);
        MonoTime first = switches.getFirst().at;
        List<PathId> stable = after.paths().stream()
                .filter(p -> isSurelyTrusted(p, first) && isBlameless(p, first))
                .toList();
        if (stable.isEmpty()) return;
        Set<PathId> used = new HashSet<>();
        switches.forEach(s -> used.add(s.to));
        used.removeAll(stable);
        // it may be left for being poor, and taken because the rest is
        int poor = (int) used.stream().filter(p -> !isBlameless(p, first)).count();
        watch.require(
                FEW_SWITCHES,
                switches.size() <= SWITCHES * Math.max(1, used.size()) + 2 * poor,
                () -> "%d switches in %s between %s, with %s up".formatted(switches.size(), WINDOW, used, stable));
    }

    /** Whether nothing has spoken against it since. */
    private boolean isBlameless(PathId path, MonoTime since) {
        PathId.OwnWan under = path instanceof PathId.Uplink uplink ? underlays.get(uplink) : null;
        return reluctance(path) == 0
                && Stream.of(path, under == null ? path : under)
                        .flatMap(p -> Optional.ofNullable(poorAt.get(p)).stream())
                        .allMatch(at -> at.isBefore(since));
    }

    /** Of a path that lives. */
    private void checkEnd(FailoverState before, PathId path, MonoTime now) {
        // what comes back with the own WAN was as dead as that
        if (!(path instanceof PathId.Uplink) || !up(path) || !paths.contains(path) || before.offline()) return;
        watch.require(
                DRAINS_KEEP_TIME, drains.ended(path, now), () -> "flows on %s end before their time".formatted(path));
        watch.reached(State.DRAINED);
    }

    /** After every event of this node, and of the world. */
    void check(FailoverState state, World.Way way, MonoTime now) {
        if (!state.active().equals(active)) {
            active = state.active();
            deadSince = Optional.empty();
            calmSince = now;
            count(state);
        }
        checkDeath(state, way, now);
        checkBetter(now);
        checkFlows(state, now);
        checkKernel(state);
        checkWay(way);
    }

    private void count(FailoverState state) {
        boolean first = state.active().equals(state.home());
        switch (state.active()) {
            case PathId.OwnWan wan -> watch.reached(first ? State.ON_FIRST_WAN : State.ON_SECOND_WAN);
            case PathId.Uplink uplink -> watch.reached(State.ON_UPLINK);
            case PathId.None none -> {}
        }
    }

    private void checkDeath(FailoverState state, World.Way way, MonoTime now) {
        // where no own line has a family, that goes the way of the other
        boolean dead = !way.internet() && (node.families().contains(family) || active instanceof PathId.Uplink);
        deadSince = dead ? deadSince.or(() -> Optional.of(now)) : Optional.empty();
        if (state.offline()) watch.reached(State.OFFLINE);
        if (state.offline() && state.allRideDeadWans()) watch.reached(State.ALL_RIDE_DEAD_WANS);
        Health health = healths.get(active);
        if (health == null) return;
        Invariant left = watch.up(family.other(), active) ? ONE_FAMILY_LEAVES : KNOWN_DEAD_IS_LEFT;
        for (PathId other : state.paths()) {
            if (other.equals(active) || !up(other)) continue;
            MonoTime since = since(other);
            MonoTime last = since.isBefore(health.since) ? health.since : since;
            watch.require(
                    left,
                    health.up || now.since(last).compareTo(LEFT) < 0,
                    () -> "still on %s, which is dead by %s, with %s up".formatted(active, family, other));
            boolean both = deadSince.filter(d -> since.isBefore(d)).isPresent()
                    && node.device(other)
                            .map(d -> node.world.way(node, d, family).internet())
                            .orElse(false);
            watch.require(
                    DEATH_IS_NOTICED,
                    !both || now.since(deadSince.orElseThrow()).compareTo(NOTICED) < 0,
                    () -> "%s has been dead by %s since %s, and %s works".formatted(active, family, deadSince, other));
        }
    }

    private void checkBetter(MonoTime now) {
        if (!up(active) || now.since(calmSince).compareTo(LEFT) < 0) return;
        MonoTime then = now.plus(LEFT.negated());
        boolean captive = Optional.ofNullable(portals.get(active))
                .filter(at -> at.isDue(then))
                .isPresent();
        for (PathId other : paths) {
            if (other.equals(active)) continue;
            watch.require(
                    BETTER_IS_TAKEN,
                    !isBetter(other, active) || !isSurelyTrusted(other, then),
                    () -> "still on %s, with %s to be preferred".formatted(active, other));
            watch.require(
                    PORTAL_IS_LEFT,
                    !captive || reluctance(other) > 0 || portals.containsKey(other) || !isSurelyTrusted(other, then),
                    () -> "still on %s, which is behind a portal, with %s up".formatted(active, other));
        }
    }

    private void checkFlows(FailoverState state, MonoTime now) {
        for (Traffic.Flow flow : node.traffic.flows()) {
            if (flow.family != family || flow.path.equals(active)) continue;
            watch.require(
                    FLOWS_END_WITH_THEIR_PATH,
                    state.offline() || !isDead(flow.path),
                    () -> "a flow is still on %s".formatted(flow.path));
            watch.require(
                    DRAINS_KEEP_TIME,
                    !up(flow.path) || !drains.isOver(flow.path, now.plus(LEFT.negated())),
                    () -> "a flow is still on %s, though its time is over".formatted(flow.path));
        }
    }

    private void checkKernel(FailoverState state) {
        // what an earlier run left stays until there is something better to say
        if (node.age().compareTo(Watch.ADOPTION) < 0 || !node.carries(active, family)) return;
        if (node.kernel.refuses(family)) {
            watch.require(
                    KERNEL_FOLLOWS,
                    state.offline(),
                    () -> "%s is refused, though %s carries it".formatted(family, active));
            return;
        }
        watch.require(
                KERNEL_FOLLOWS,
                node.device(active).equals(node.activeDevice(family)),
                () -> "%s was decided for %s, and new flows go by %s"
                        .formatted(active, family, node.activeDevice(family)));
    }

    private void checkWay(World.Way way) {
        List<SimNode> providers = way.providers();
        watch.require(
                NO_LOOP,
                !providers.contains(node) && providers.stream().distinct().count() == providers.size(),
                () -> "packets go by %s".formatted(providers));
        watch.require(NO_CHAIN, providers.size() <= 1, () -> "packets go by %s".formatted(providers));
    }

    /** With the faults over for long enough. */
    void converged(FailoverState state) {
        watch.require(
                CONVERGES,
                !node.families().contains(family) || (node.way(family).internet() && !state.offline()),
                () -> "new flows of %s go by %s and get nowhere: %s".formatted(family, state.active(), state.why()));
        boolean home = state.active().equals(state.home());
        PathStanding own = state.standing(state.home());
        boolean held = own.up() ? !own.trusted(node.now()) : !node.homeCarries(family);
        boolean poor = reluctance(state.home()) > 0;
        watch.require(
                CONVERGES,
                home || held || poor,
                () -> "on %s, though %s is trusted".formatted(state.active(), state.home()));
        watch.reached(home ? State.CONVERGED_AT_HOME : held ? State.CONVERGED_HELD_DOWN : State.CONVERGED_POOR);
    }
}
