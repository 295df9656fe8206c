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
import java.util.function.Supplier;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.provider.LeaseBook.Held;

/**
 * Knows, beside the product, what one node was told in this run, and checks the invariants of it: what is decided as it is
 * decided, and the rest after every event.
 */
final class Watch {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Duration FORGIVEN = Duration.ofMinutes(10);
    private static final Duration ADOPTION = Duration.ofSeconds(12);
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int SWITCHES = 4;

    /** What was said of one path. */
    private static final class Health {
        boolean up;
        MonoTime since;
        final Deque<MonoTime> deaths = new ArrayDeque<>();

        Health(MonoTime now) {
            since = now;
        }

        /** What it must live for at least before it is preferred: after 10 min of life less. */
        Duration hold(MonoTime now) {
            deaths.removeIf(d -> now.since(d).compareTo(FORGIVEN) > 0);
            return switch (deaths.size()) {
                case 0 -> Duration.ZERO;
                case 1 -> Duration.ofSeconds(5);
                default -> A_MINUTE;
            };
        }
    }

    private record Switch(PathId to, MonoTime at) {}

    private final SimNode node;
    private final Map<PathId, Health> healths = new HashMap<>();
    private final Map<String, MonoTime> answeredAt = new HashMap<>();
    private final Deque<Switch> switches = new ArrayDeque<>();
    private final Map<PeerId, Long> sequences = new HashMap<>();
    private final Map<WireGuardKey, MonoTime> unleased = new HashMap<>();
    private final Map<PeerId, MonoTime> leases = new HashMap<>();
    /** Offers by which peers lend no more, until they expire. */
    private final Map<PeerId, Offer> withdrawals = new HashMap<>();

    private Map<PathId.Uplink, PathId.OwnWan> underlays = Map.of();
    private Optional<MonoTime> deadSince = Optional.empty();
    private Optional<MonoTime> borrowsFromBorrowerSince = Optional.empty();
    private PathId active = PathId.NONE;

    Watch(SimNode node) {
        this.node = node;
    }

    /** A run of the node begins. */
    void started() {
        healths.clear();
        answeredAt.clear();
        switches.clear();
        sequences.clear();
        unleased.clear();
        leases.clear();
        withdrawals.clear();
        underlays = Map.of();
        deadSince = Optional.empty();
        borrowsFromBorrowerSince = Optional.empty();
        active = PathId.NONE;
    }

    /** Something came back by a device. */
    void answered(String device) {
        answeredAt.put(device, node.now());
    }

    void accepted(Offer offer) {
        long before = sequences.getOrDefault(offer.peerId(), 0L);
        require(
                LEDGER_GROWS,
                offer.sequence() > before,
                () -> "%s's offer %d after %d".formatted(offer.peerId(), offer.sequence(), before));
        sequences.put(offer.peerId(), offer.sequence());
        if (offer.capabilities().available()) withdrawals.remove(offer.peerId());
        else withdrawals.put(offer.peerId(), offer);
    }

    void published(Offer offer) {
        if (!node.runs()) return;
        PathId now = node.steering().state().active();
        require(
                OFFERS_ONLY_ITS_OWN,
                !(offer.capabilities().available() && now instanceof PathId.Uplink),
                () -> "offers while it borrows from " + now);
        if (!offer.capabilities().available()) reached(State.WITHDRAWN);
        if (now instanceof PathId.Uplink) reached(State.CHAIN_PREVENTED);
    }

    /** The rule of the node's decision: the product's, with the planted defect if there is one. */
    Failover.Step decide(FailoverState before, FailoverEvent event, MonoTime now) {
        Failover.Step step = node.simulation.defect.step(before, event, now);
        FailoverState after = step.state();
        learn(event, after, now);
        for (var command : step.commands())
            switch (command) {
                case Activate(var path, var why) -> {
                    node.simulation.note(node, "new flows go by %s: %s".formatted(path, why));
                    switched(before, after, path, now);
                }
                case DropFlows(var path) -> node.simulation.note(node, "flows of %s end".formatted(path));
            }
        return step;
    }

    private void learn(FailoverEvent event, FailoverState after, MonoTime now) {
        switch (event) {
            case FailoverEvent.Judged(var path, var verdict, var why) -> judged(path, verdict, why, now);
            case FailoverEvent.Preferred(var paths) -> healths.keySet().removeIf(p -> !paths.contains(p));
            case FailoverEvent.Riding(var riding) -> underlays = riding;
            case FailoverEvent.Rated _,
                    FailoverEvent.Enabled _,
                    FailoverEvent.Draining _,
                    FailoverEvent.Drained _,
                    FailoverEvent.DrainsResumed _,
                    FailoverEvent.Recalled _ -> {}
            case FailoverEvent.Resumed(var path) -> {
                // it is believed in until its probes say otherwise
                if (after.active().equals(path)) healths.computeIfAbsent(path, p -> new Health(now)).up = true;
            }
            case FailoverEvent.Tick tick -> {}
        }
    }

    private void judged(PathId path, Verdict verdict, String why, MonoTime now) {
        Health health = healths.computeIfAbsent(path, p -> new Health(now));
        if (verdict == Verdict.UP && !health.up) {
            health.up = true;
            health.since = now;
            reached(State.PATH_UP);
            node.simulation.note(node, path + " is up");
        }
        if (verdict == Verdict.SUSPECT) reached(State.PATH_SUSPECT);
        if (verdict != Verdict.DOWN) return;
        if (health.up) {
            health.deaths.add(now);
            health.since = now;
            reached(State.PATH_DOWN);
            node.simulation.note(node, "%s is down: %s".formatted(path, why));
            if (health.deaths.size() == 1) reached(State.HELD_DOWN_5_S);
            else reached(State.HELD_DOWN_60_S);
        }
        health.up = false;
        if (path instanceof PathId.OwnWan wan)
            underlays.forEach((uplink, under) -> {
                Health rider = healths.get(uplink);
                if (!under.equals(wan) || rider == null || !rider.up) return;
                rider.up = false;
                rider.since = now;
                reached(State.DOUBTED);
            });
    }

    private boolean up(PathId path) {
        Health health = healths.get(path);
        return health != null && health.up;
    }

    private void switched(FailoverState before, FailoverState after, PathId path, MonoTime now) {
        switches.add(new Switch(path, now));
        PathId left = before.active();
        Health health = healths.get(path);
        boolean unforced = up(left) && after.paths().contains(left);
        if (unforced) {
            require(
                    LEFT_ONLY_FOR_BETTER,
                    after.paths().indexOf(path) < after.paths().indexOf(left),
                    () -> "left %s, which is not down, for %s".formatted(left, path));
            Duration hold = health == null ? Duration.ZERO : health.hold(now);
            require(
                    HOLD_DOWN_IS_KEPT,
                    health != null && health.up && now.since(health.since).compareTo(hold) >= 0,
                    () -> "left %s for %s, which is to be held down for %s".formatted(left, path, hold));
            if (path instanceof PathId.OwnWan) reached(State.FAILBACK);
        }
        PathId.OwnWan under = path instanceof PathId.Uplink uplink ? underlays.get(uplink) : null;
        if (under != null && healths.containsKey(under) && !up(under)) {
            MonoTime died = Objects.requireNonNull(healths.get(under)).since;
            MonoTime answered = answeredAt.get(TunnelName.of(((PathId.Uplink) path).peer()));
            require(
                    RIDERS_ARE_DOUBTED,
                    answered != null && !answered.isBefore(died),
                    () -> "took %s, which rides the dead %s".formatted(path, under));
        }
        checkFewSwitches(after, now);
    }

    /** While one path stays up, the others are left, and come to be trusted again, seldom. */
    private void checkFewSwitches(FailoverState after, MonoTime now) {
        switches.removeIf(s -> now.since(s.at).compareTo(WINDOW) > 0);
        List<PathId> stable = after.paths().stream()
                .filter(p -> up(p)
                        && now.since(Objects.requireNonNull(healths.get(p)).since)
                                        .compareTo(WINDOW)
                                > 0)
                .toList();
        if (stable.isEmpty()) return;
        Set<PathId> used = new HashSet<>();
        switches.forEach(s -> used.add(s.to));
        used.removeAll(stable);
        require(
                FEW_SWITCHES,
                switches.size() <= SWITCHES * Math.max(1, used.size()),
                () -> "%d switches in %s between %s, with %s up".formatted(switches.size(), WINDOW, used, stable));
    }

    /** After every event of this node, and of the world. */
    void check() {
        if (!node.runs()) return;
        MonoTime now = node.now();
        FailoverState state = node.steering().state();
        if (!state.active().equals(active)) {
            active = state.active();
            deadSince = Optional.empty();
            borrowsFromBorrowerSince = Optional.empty();
            count(state);
        }
        World.Way way = node.world.way(node, node.activeDevice());
        checkDeath(state, way, now);
        checkOrder(state);
        checkFlows(state);
        checkKernel(state);
        checkBorrowing(state, way, now);
        checkLeases(now);
    }

    private void count(FailoverState state) {
        boolean first = state.active().equals(state.home());
        switch (state.active()) {
            case PathId.OwnWan wan -> reached(first ? State.ON_FIRST_WAN : State.ON_SECOND_WAN);
            case PathId.Uplink uplink -> reached(State.ON_UPLINK);
            case PathId.None none -> {}
        }
    }

    private void checkDeath(FailoverState state, World.Way way, MonoTime now) {
        deadSince = way.internet() ? Optional.empty() : deadSince.or(() -> Optional.of(now));
        if (state.offline()) reached(State.OFFLINE);
        if (state.offline() && state.allRideDeadWans()) reached(State.ALL_RIDE_DEAD_WANS);
        Health health = healths.get(active);
        if (health == null) return;
        for (PathId other : state.paths()) {
            if (other.equals(active) || !up(other)) continue;
            MonoTime since = Objects.requireNonNull(healths.get(other)).since;
            MonoTime last = since.isBefore(health.since) ? health.since : since;
            require(
                    KNOWN_DEAD_IS_LEFT,
                    health.up || now.since(last).compareTo(LEFT) < 0,
                    () -> "still on the dead %s, with %s up".formatted(active, other));
            boolean both = deadSince.filter(d -> since.isBefore(d)).isPresent()
                    && node.device(other)
                            .map(d -> node.world.way(node, d).internet())
                            .orElse(false);
            require(
                    DEATH_IS_NOTICED,
                    !both || now.since(deadSince.orElseThrow()).compareTo(NOTICED) < 0,
                    () -> "%s has been dead since %s, and %s works".formatted(active, deadSince, other));
        }
    }

    private void checkOrder(FailoverState state) {
        PathId before = PathId.NONE;
        for (PathId path : state.paths()) {
            PathId last = before;
            require(
                    ORDER_IS_THE_USERS,
                    !(last instanceof PathId.Uplink better)
                            || (path instanceof PathId.Uplink uplink
                                    && node.config.weightOf(better.peer()) >= node.config.weightOf(uplink.peer())),
                    () -> "%s stands before %s".formatted(last, path));
            before = path;
        }
    }

    private void checkFlows(FailoverState state) {
        if (state.offline() || !state.automatic()) return;
        for (Traffic.Flow flow : node.traffic.flows())
            require(
                    FLOWS_END_WITH_THEIR_PATH,
                    !healths.containsKey(flow.path) || up(flow.path) || flow.path.equals(active),
                    () -> "a flow is still on %s".formatted(flow.path));
    }

    private void checkKernel(FailoverState state) {
        // what an earlier run left stays until there is something better to say
        if (node.age().compareTo(ADOPTION) < 0 || state.active() instanceof PathId.None) return;
        require(
                KERNEL_FOLLOWS,
                node.device(state.active()).equals(Optional.of(node.activeDevice())),
                () -> "%s was decided, and new flows go by %s".formatted(state.active(), node.activeDevice()));
    }

    private void checkBorrowing(FailoverState state, World.Way way, MonoTime now) {
        require(
                OFFERS_ONLY_ITS_OWN,
                !(state.active() instanceof PathId.Uplink && node.kernel.open()),
                () -> "lets consumers through while it borrows from " + state.active());
        List<SimNode> providers = way.providers();
        require(
                NO_LOOP,
                !providers.contains(node) && providers.stream().distinct().count() == providers.size(),
                () -> "packets go by %s".formatted(providers));
        require(NO_CHAIN, providers.size() <= 1, () -> "packets go by %s".formatted(providers));
        boolean chain = state.active() instanceof PathId.Uplink(PeerId peer)
                && node.world.node(peer).borrows();
        borrowsFromBorrowerSince = chain ? borrowsFromBorrowerSince.or(() -> Optional.of(now)) : Optional.empty();
        require(
                BORROWER_IS_LEFT,
                borrowsFromBorrowerSince
                        .filter(since -> now.since(since).compareTo(NOTICED) > 0)
                        .isEmpty(),
                () -> "routes by %s, which borrows".formatted(state.active()));
        withdrawals.values().removeIf(o -> !o.expiresAt().isAfter(node.wallClock()));
        require(
                WITHDRAWN_IS_LEFT,
                !(state.active() instanceof PathId.Uplink(PeerId by) && withdrawals.containsKey(by)),
                () -> "routes by %s, which lends no more".formatted(state.active()));
    }

    private void checkLeases(MonoTime now) {
        Optional<SimTunnels.Interface> served = node.tunnels.of(TunnelName.SERVED);
        if (served.isEmpty()) return;
        Set<WireGuardKey> held = new HashSet<>();
        for (Held lease : node.steering().lending().leases()) {
            held.add(lease.key());
            Duration over = now.since(lease.expiresAt());
            if (over.compareTo(LEASE_OVER) < 0 || node.age().compareTo(LEASE_OVER) < 0) continue;
            boolean silent = Optional.ofNullable(served.get().peers.get(lease.key()))
                    .flatMap(p -> p.heardAt)
                    .filter(at -> now.since(at).compareTo(LEASE_OVER) < 0)
                    .isEmpty();
            require(LEASE_ENDS, !silent, () -> "%s holds a lease since %s".formatted(lease.consumer(), over));
        }
        leases.entrySet().removeIf(e -> {
            boolean gone = node.steering().lending().leases().stream()
                    .noneMatch(l -> l.consumer().equals(e.getKey()));
            if (gone && e.getValue().isDue(now)) reached(State.LEASE_EXPIRED);
            return gone;
        });
        node.steering().lending().leases().forEach(l -> leases.put(l.consumer(), l.expiresAt()));
        // who has no endpoint is the node itself, that tests its service
        served.get().peers.forEach((key, peer) -> {
            if (held.contains(key) || peer.endpoint.isEmpty()) unleased.remove(key);
            else unleased.putIfAbsent(key, now);
        });
        unleased.keySet().retainAll(served.get().peers.keySet());
        unleased.forEach((key, since) -> require(
                SERVES_WHO_HOLDS,
                now.since(since).compareTo(UNSERVED) < 0,
                () -> "serves %s, which holds no lease".formatted(key)));
    }

    /** With the faults over for long enough. */
    void converged() {
        if (!node.runs()) {
            require(CONVERGES, false, () -> "it does not run");
            return;
        }
        FailoverState state = node.steering().state();
        require(
                CONVERGES,
                node.world.way(node, node.activeDevice()).internet() && !state.offline(),
                () -> "new flows go by %s and get nowhere: %s".formatted(state.active(), state.why()));
        boolean home = state.active().equals(state.home());
        boolean held = !state.standing(state.home()).trusted(node.now());
        require(CONVERGES, home || held, () -> "on %s, though %s is trusted".formatted(state.active(), state.home()));
        reached(home ? State.CONVERGED_AT_HOME : State.CONVERGED_HELD_DOWN);
    }

    private void reached(State state) {
        node.simulation.states.reached(state);
    }

    private void require(Invariant invariant, boolean holds, Supplier<String> why) {
        if (!holds) node.simulation.violated(invariant, node, why.get());
    }
}
