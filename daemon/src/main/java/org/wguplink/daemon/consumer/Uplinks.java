package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.path.PathNumbers;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.mesh.gossip.Leases;
import org.wguplink.mesh.names.HostNames;

/** The uplinks that are kept ready: opens and closes their sessions, and says in which order they stand. Loop thread only. */
public final class Uplinks {
    private static final Logger LOG = System.getLogger(Uplinks.class.getName());

    /** Who is told. */
    public interface Listener {
        /** The uplinks that have a tunnel, best first. */
        void preferred(List<PathId.Uplink> uplinks, MonoTime now);

        void judged(PathId.Uplink uplink, Set<Family> families, Verdict verdict, String why, MonoTime now);

        /** @param complaint what is wrong with it while it lives; empty: nothing */
        void rated(PathId.Uplink uplink, Set<Family> families, Optional<String> complaint, MonoTime now);

        /** Tunnels came or went: routes and packet filter must follow. */
        void replan();

        /** There is no lease of that peer any more. */
        void ended(PeerId peer);

        /** There is no such path any more: the flows that are pinned to it end. */
        void freed(int number);
    }

    private final LeaseClient leases;
    private final Listener listener;
    private final Sessions sessions;
    private final Meter meter;
    private final Providers providers;
    private final UplinkChoice choice;
    private final UplinkViews views;
    private List<PathId.Uplink> order = List.of();
    /** Peers for which there was no path number; each is said once. */
    private final Set<PeerId> numberless = new HashSet<>();

    private MonoTime reconsiderAt = EventLoop.now();

    public Uplinks(
            Loop loop,
            PathProbes probes,
            Tunnels tunnels,
            TunnelKeys keys,
            PathNumbers numbers,
            HostNames names,
            Config config,
            Meter meter,
            Supplier<FamilyStates> states,
            Listener listener) {
        this.leases = new LeaseClient(loop, names);
        this.listener = listener;
        var tools = new UplinkSession.Tools(loop, probes, tunnels, keys, leases);
        this.sessions = new Sessions(tools, numbers, this::changed);
        this.meter = meter;
        this.providers = new Providers(leases, loop.wall(), meter.measurements(), config);
        this.choice = new UplinkChoice(providers, sessions, states);
        this.views = new UplinkViews(providers, choice, sessions);
        leases.configure(config.mesh());
    }

    public void configure(Config next, MonoTime now) {
        providers.configure(next);
        leases.configure(next.mesh());
        sessions.all().forEach(s -> {
            s.configure(Care.of(next), now);
            s.probe().inUse(choice.isInUse(s.peer()), now);
        });
        reconsider(now);
        sessions.freeNumbers(providers::added);
        sessions.freeFixed(next.fixedExits()::contains, listener::freed);
    }

    /** Removes the interfaces of peers that were taken out of the configuration while nobody looked. */
    public void removeOrphans() {
        sessions.freeNumbers(providers::added);
        sessions.freeFixed(providers.config().fixedExits()::contains, listener::freed);
        sessions.removeInterfaces(providers.config().peers().keySet());
    }

    /** The mesh has begun or ended for this node. */
    public void joined(Optional<? extends Leases> present, Optional<PeerId> ourselves, MonoTime now) {
        leases.joined(present, ourselves);
        reconsider(now);
    }

    /** The roster is another, and the ledger without those who left it. */
    public void trust(Ledger offers, Set<PeerId> members, MonoTime now) {
        providers.trust(offers, members);
        reconsider(now);
    }

    /** Takes up the leases of an earlier run: their tunnels are in the plan at once, and renewed as soon as may be. */
    public void resume(Map<PeerId, MeshMemory.Lease> leased, MonoTime now) {
        leased.forEach((peer, lease) -> {
            if (providers.removed(peer) || leases.isSelf(peer) || sessions.has(peer)) return;
            sessions.begin(peer, Care.of(providers.config())).ifPresent(session -> {
                providers.offer(peer).ifPresent(session::offered);
                session.probe().inUse(choice.isInUse(peer), now);
                session.resume(lease.grant(), lease.left(), now);
            });
        });
        reconsider(now);
    }

    /** The uplink whose interface this is. */
    public Optional<PathId.Uplink> uplinkOf(String device) {
        return sessions.uplinkOf(device);
    }

    /** The newest offer of {@code by} is in the ledger. */
    public void heard(Ledger offers, PeerId by, MonoTime now) {
        providers.heard(offers);
        sessions.of(by).ifPresent(session -> {
            if (providers.withdrawn(by).isEmpty() && session.lease().trouble().isPresent()) session.hurry(now);
            session.lease().confirm(now);
            offers.of(by).ifPresent(session::offered);
            judge(session, now);
        });
        reconsider(now);
    }

    public void observe(NetworkSnapshot snapshot, Set<String> wans) {
        boolean moved = leases.observe(snapshot, wans);
        sessions.all().forEach(s -> s.observe(snapshot, moved));
    }

    /** This node's outer packets come from elsewhere: the providers are told. */
    public void moved() {
        sessions.all().forEach(UplinkSession::moved);
    }

    /** A provider's name stands for other addresses than before. */
    public void namesChanged() {
        sessions.all().forEach(UplinkSession::namesChanged);
    }

    /** The addresses, not its own, at which other nodes see this one. */
    public void seenAt(Set<InetAddress> elsewhere) {
        leases.seenAt(elsewhere);
    }

    /** The families that no own WAN carries any more: then there is an uplink that does, if there can be, whatever is kept ready. */
    public void needed(Set<Family> families, MonoTime now) {
        // with the next turn: what is done now must not delay a switch
        if (choice.needed(families)) reconsiderAt = now;
    }

    /** New flows of some family take another path. */
    public void switched(MonoTime now) {
        sessions.all().forEach(s -> s.probe().inUse(choice.isInUse(s.peer()), now));
    }

    /** Chooses which uplinks are kept ready, and puts them in order. */
    public void reconsider(MonoTime now) {
        sessions.retry();
        for (UplinkSession session : sessions.all())
            session.latency()
                    .ifPresent(
                            l -> meter.measurements().latency(session.peer(), l, choice.isInUse(session.peer()), now));
        List<PeerId> ranked = choice.rank();
        numberless.retainAll(ranked);
        Set<PeerId> wanted = choice.wanted(ranked, now);
        if (leases.inMesh()) wanted.stream().filter(p -> !sessions.has(p)).forEach(this::open);
        Set<PeerId> leaving = choice.leaving(wanted, now);
        // first the flows move, then the tunnel goes
        order = ranked.stream()
                .filter(p -> !leaving.contains(p) && sessions.grant(p).isPresent())
                .map(PathId.Uplink::new)
                .toList();
        listener.preferred(order, now);
        leaving.forEach(peer -> sessions.remove(peer).ifPresent(this::close));
        reconsiderAt = choice.reconsiderAt(now);
    }

    private void open(PeerId peer) {
        // flows that are still pinned to the number of another peer, which has no tunnel, end
        Optional<UplinkSession> begun = sessions.begin(peer, Care.of(providers.config()), listener::freed);
        if (begun.isEmpty()) {
            if (numberless.add(peer)) LOG.log(Level.WARNING, "uplink {0}: more uplinks than path numbers", peer);
            return;
        }
        numberless.remove(peer);
        UplinkSession session = begun.get();
        session.probe().inUse(choice.isInUse(peer), EventLoop.now());
        providers.offer(peer).ifPresent(session::offered);
        session.open();
    }

    private void close(UplinkSession session) {
        PeerId peer = session.peer();
        session.close();
        listener.ended(peer);
        choice.left(peer);
        freed(session);
        listener.replan();
        if (providers.removed(peer)) sessions.freeNumber(peer);
    }

    private void judge(UplinkSession session, MonoTime now) {
        if (session.grant().isEmpty()) return;
        var path = new PathId.Uplink(session.peer());
        Optional<String> withdrawn = providers.withdrawn(session.peer());
        if (withdrawn.isPresent()) {
            String why = "%s lends no more: %s".formatted(session.peer(), withdrawn.get());
            listener.judged(path, Family.BOTH, Verdict.DOWN, why, now);
            return;
        }
        UplinkProbe probe = session.probe();
        boolean alike = probe.verdict(Family.IPV4) == probe.verdict(Family.IPV6)
                && probe.complaint(Family.IPV4).equals(probe.complaint(Family.IPV6));
        for (Set<Family> families : alike ? List.of(Family.BOTH) : List.of(Set.of(Family.IPV4), Set.of(Family.IPV6))) {
            Family family = families.iterator().next();
            listener.judged(path, families, probe.verdict(family), why(session, family), now);
            listener.rated(path, families, probe.complaint(family), now);
        }
    }

    private static String why(UplinkSession session, Family family) {
        return switch (session.probe().verdict(family)) {
            case UP -> session.probe().complaint(family).orElse("answers");
            case DOWN ->
                "no answer from the internet %sthrough %s"
                        .formatted(family == Family.IPV6 ? "by IPv6 " : "", session.peer());
            case SUSPECT, UNKNOWN -> "not answered yet";
        };
    }

    /** Whether a peer's line is metered. */
    public boolean isMetered(PeerId peer) {
        return providers.isMetered(peer);
    }

    /** A load that was made on purpose has shown what the tunnel to a peer brings. */
    public void measured(PeerId peer, double mbps, MonoTime now) {
        meter.measurements().bandwidth(peer, SeenBandwidth.measured(mbps));
        reconsider(now);
    }

    public void tick(MonoTime now) {
        sessions.all().forEach(s -> s.tick(now));
        meter.tick(choice.active(), now);
        if (reconsiderAt.isDue(now)) reconsider(now);
    }

    public MonoTime nextWake(MonoTime now) {
        return Stream.concat(sessions.all().stream().map(s -> s.nextWake(now)), meter.nextWake().stream())
                .filter(w -> w.isBefore(reconsiderAt))
                .min(MonoTime::compareTo)
                .orElse(reconsiderAt);
    }

    /** What users are shown. */
    public UplinkViews views() {
        return views;
    }

    /** What an uplink rides on has died: whether it lives is asked at once. */
    public void doubt(Collection<PathId.Uplink> uplinks, MonoTime now) {
        uplinks.forEach(u -> sessions.of(u.peer()).ifPresent(s -> s.probe().doubt(now)));
    }

    /** The uplinks that have a tunnel, best first. */
    public List<PathId.Uplink> order() {
        return order;
    }

    /** The lease of a peer, while there is one. */
    public Optional<Grant> grant(PeerId peer) {
        return sessions.grant(peer);
    }

    /** Where the tunnel of each uplink leads. */
    public Map<PathId.Uplink, Endpoint> endpoints() {
        return sessions.endpoints();
    }

    /** Looks at one uplink at once. */
    public void hurry(PeerId peer, MonoTime now) {
        sessions.of(peer).ifPresent(s -> s.hurry(now));
    }

    public boolean inRoster(PeerId peer) {
        return providers.inRoster(peer);
    }

    public Collection<PathRoute> routes() {
        return paths().map(UplinkPath::route).toList();
    }

    public Collection<FirewallPlan.Path> filters() {
        return paths().map(UplinkPath::filter).toList();
    }

    /** The way of new flows through each tunnel, and beside it that of flows which always leave there. */
    private Stream<UplinkPath> paths() {
        return sessions.all().stream()
                .flatMap(s -> s.path().stream()
                        .flatMap(path ->
                                Stream.concat(Stream.of(path), fixedNumberOf(s.peer()).map(path::numbered).stream())));
    }

    /** The number of the flows that always leave by a peer; empty when none do, or all numbers are given away. */
    public Optional<Integer> fixedNumberOf(PeerId peer) {
        return providers.config().fixedExits().contains(peer) ? sessions.fixedNumber(peer) : Optional.empty();
    }

    private void freed(UplinkSession session) {
        listener.freed(session.number());
        fixedNumberOf(session.peer()).ifPresent(listener::freed);
    }

    /** The path number of an uplink that has one. */
    public Optional<Integer> numberOf(PathId.Uplink uplink) {
        return sessions.of(uplink.peer()).map(UplinkSession::number);
    }

    private void changed(UplinkSession session, MonoTime now) {
        if (session.lease().wasLost()) {
            // first new flows go elsewhere, then its own end, and then the path goes
            reconsider(now);
            freed(session);
            listener.ended(session.peer());
        }
        // new flows leave first what has died
        boolean dead = session.verdict() == Verdict.DOWN;
        if (!dead) listener.replan();
        judge(session, now);
        reconsider(now);
        if (dead) listener.replan();
    }
}
