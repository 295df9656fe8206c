package org.wguplink.daemon.simulation;

import static org.wguplink.daemon.simulation.Invariant.*;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.net.Family;
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
final class Watch implements FamilyStates.Rule {
    static final Duration ADOPTION = Duration.ofSeconds(12);

    private final SimNode node;
    /** IPv6 is watched only where something is probed by it: else it is the same as the other. */
    private final Map<Family, FamilyWatch> families = new EnumMap<>(Family.class);

    private final Map<String, MonoTime> answeredAt = new HashMap<>();
    private final Map<PeerId, Long> sequences = new HashMap<>();
    private final Map<WireGuardKey, MonoTime> unleased = new HashMap<>();
    private final Map<PeerId, MonoTime> leases = new HashMap<>();
    /** Offers by which peers lend no more, until they expire. */
    private final Map<PeerId, Offer> withdrawals = new HashMap<>();

    private final Map<Family, MonoTime> borrowsFromBorrowerSince = new EnumMap<>(Family.class);

    Watch(SimNode node) {
        this.node = node;
    }

    /** A run of the node begins. */
    void started() {
        for (Family family : node.probed()) families.put(family, new FamilyWatch(node, this, family));
        answeredAt.clear();
        sequences.clear();
        unleased.clear();
        leases.clear();
        withdrawals.clear();
        borrowsFromBorrowerSince.clear();
    }

    /** Something came back by a device. */
    void answered(String device) {
        answeredAt.put(device, node.now());
    }

    boolean hasAnswered(String device, MonoTime since) {
        return Optional.ofNullable(answeredAt.get(device))
                .filter(at -> !at.isBefore(since))
                .isPresent();
    }

    /** A page came by a device. */
    void answered(String device, Family family, PageAnswer answer) {
        node.path(device).ifPresent(path -> of(family).ifPresent(watch -> watch.answered(path, answer)));
    }

    private Optional<FamilyWatch> of(Family family) {
        return Optional.ofNullable(families.get(family));
    }

    boolean up(Family family, PathId path) {
        return of(family).filter(watch -> watch.up(path)).isPresent();
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

    @Override
    public Failover.Step step(FailoverState state, FailoverEvent event, MonoTime now) {
        throw new UnsupportedOperationException("of which family?");
    }

    /** The product's, with the planted defect if there is one. */
    @Override
    public Failover.Step step(Set<Family> of, FailoverState state, FailoverEvent event, MonoTime now) {
        Failover.Step step = node.simulation.defect.step(of, state, event, now);
        families.forEach((family, watch) -> {
            if (of.contains(family)) watch.decided(state, event, step, now);
        });
        return step;
    }

    /** After every event of this node, and of the world. */
    void check() {
        if (!node.runs()) return;
        MonoTime now = node.now();
        FamilyStates states = node.steering().states();
        if (states.parted()) reached(State.FAMILIES_PARTED);
        families.forEach((family, watch) -> {
            watch.check(states.of(family), node.way(family), now);
            checkBorrowing(family, states.of(family).active(), now);
        });
        checkOrder(states.ipv4());
        checkLending(states.ipv4());
        checkLeases(now);
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

    private void checkLending(FailoverState state) {
        require(
                OFFERS_ONLY_ITS_OWN,
                !(state.active() instanceof PathId.Uplink && node.kernel.open()),
                () -> "lets consumers through while it borrows from " + state.active());
    }

    private void checkBorrowing(Family family, PathId active, MonoTime now) {
        boolean chain = active instanceof PathId.Uplink(PeerId peer)
                && node.world.node(peer).borrows();
        if (!chain) borrowsFromBorrowerSince.remove(family);
        else
            require(
                    BORROWER_IS_LEFT,
                    now.since(borrowsFromBorrowerSince.computeIfAbsent(family, f -> now))
                                    .compareTo(NOTICED)
                            <= 0,
                    () -> "routes by %s, which borrows".formatted(active));
        withdrawals.values().removeIf(o -> !o.expiresAt().isAfter(node.wallClock()));
        require(
                WITHDRAWN_IS_LEFT,
                !(active instanceof PathId.Uplink(PeerId by) && withdrawals.containsKey(by)),
                () -> "routes by %s, which lends no more".formatted(active));
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
        require(CONVERGES, node.runs(), () -> "it does not run");
        FamilyStates states = node.steering().states();
        families.forEach((family, watch) -> watch.converged(states.of(family)));
    }

    /** Whether new flows go by the own WAN that is to carry them. */
    boolean isHome() {
        return node.runs()
                && families.keySet().stream()
                        .map(node.steering().states()::of)
                        .allMatch(s -> s.active().equals(s.home())
                                && s.standing(s.home()).trusted(node.now()));
    }

    void reached(State state) {
        node.simulation.states.reached(state);
    }

    void require(Invariant invariant, boolean holds, Supplier<String> why) {
        if (!holds) node.simulation.violated(invariant, node, why.get());
    }
}
