package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.path.PathNumbers;
import org.wguplink.mesh.gossip.Mesh;
import org.wguplink.mesh.names.HostNames;

/** The uplinks that are kept ready: opens and closes their sessions, and says in which order they stand. Loop thread only. */
public final class Uplinks {
    private static final Logger LOG = System.getLogger(Uplinks.class.getName());

    /** Who is told. */
    public interface Listener {
        /** The uplinks that have a tunnel, best first. */
        void preferred(List<PathId.Uplink> uplinks, MonoTime now);

        void judged(PathId.Uplink uplink, Verdict verdict, String why, MonoTime now);

        /** Tunnels came or went: routes and packet filter must follow. */
        void replan();

        /** There is no lease of that peer any more. */
        void ended(PeerId peer);

        /** There is no such path any more: the flows that are pinned to it end. */
        void freed(int number);
    }

    private final UplinkSession.Tools tools;
    private final LeaseClient leases;
    private final PathNumbers numbers;
    private final Listener listener;
    private final Map<PeerId, UplinkSession> sessions = new TreeMap<>();
    private final Providers providers;
    private final UplinkChoice choice;
    private final UplinkViews views;
    private List<PathId.Uplink> order = List.of();
    private MonoTime reconsiderAt = EventLoop.now();

    public Uplinks(
            EventLoop loop,
            Tunnels tunnels,
            TunnelKeys keys,
            PathNumbers numbers,
            HostNames names,
            Config config,
            Listener listener) {
        this.leases = new LeaseClient(loop, names);
        this.tools = new UplinkSession.Tools(loop, tunnels, keys, leases);
        this.numbers = numbers;
        this.listener = listener;
        this.providers = new Providers(leases, loop.wall(), config);
        Map<PeerId, UplinkSession> present = Collections.unmodifiableMap(sessions);
        this.choice = new UplinkChoice(providers, present);
        this.views = new UplinkViews(providers, choice, present);
        leases.configure(config.mesh());
    }

    public void configure(Config next, MonoTime now) {
        providers.configure(next);
        leases.configure(next.mesh());
        List.copyOf(sessions.values()).forEach(s -> s.configure(Care.of(next), now));
        reconsider(now);
        forgetRemoved();
    }

    /** Removes the interfaces of peers that were taken out of the configuration while nobody looked. */
    public void removeOrphans() {
        forgetRemoved();
        Set<String> known =
                providers.config().peers().keySet().stream().map(TunnelName::of).collect(Collectors.toSet());
        tools.loop()
                .work(
                        () -> UplinkTunnel.removeBut(known, tools.tunnels()),
                        removed -> {
                            if (!removed.isEmpty()) LOG.log(Level.INFO, "removed {0}, of no uplink any more", removed);
                        },
                        e -> LOG.log(Level.WARNING, "old interfaces: {0}", Failures.text(e)));
    }

    /** The mesh has begun or ended for this node. */
    public void joined(Optional<Mesh> present, Optional<PeerId> ourselves, MonoTime now) {
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
            if (providers.removed(peer) || leases.isSelf(peer) || sessions.containsKey(peer)) return;
            numbers.of(peer)
                    .map(number -> begin(peer, number))
                    .ifPresent(session -> session.resume(lease.grant(), lease.left(), now));
        });
        reconsider(now);
    }

    /** The uplink whose interface this is. */
    public Optional<PathId.Uplink> uplinkOf(String device) {
        return sessions.values().stream()
                .filter(s -> s.device().equals(device))
                .map(s -> new PathId.Uplink(s.peer()))
                .findFirst();
    }

    /** The newest offer of {@code by} is in the ledger. */
    public void heard(Ledger offers, PeerId by, MonoTime now) {
        providers.heard(offers);
        session(by).ifPresent(session -> {
            if (providers.withdrawn(by).isEmpty() && session.lease().trouble().isPresent()) session.hurry(now);
            session.lease().confirm(now);
            offers.of(by).ifPresent(session::offered);
            judge(session, now);
        });
        reconsider(now);
    }

    public void observe(NetworkSnapshot snapshot, Set<String> wans) {
        boolean moved = leases.observe(snapshot, wans);
        List.copyOf(sessions.values()).forEach(s -> s.observe(snapshot, moved));
    }

    /** This node's outer packets come from elsewhere: the providers are told. */
    public void moved() {
        sessions.values().forEach(UplinkSession::moved);
    }

    /** A provider's name stands for other addresses than before. */
    public void namesChanged() {
        List.copyOf(sessions.values()).forEach(UplinkSession::namesChanged);
    }

    /** Whether other nodes see this one come from an address that is not its own. */
    public void behindNat(boolean natted) {
        leases.behindNat(natted);
    }

    /** Whether the own WAN is dead: then there is at least one uplink, whatever the configuration keeps ready. */
    public void needed(boolean wanDead, MonoTime now) {
        if (choice.needed(wanDead) && providers.config().minUplinks() == 0) reconsider(now);
    }

    /** The path that carries new flows now. */
    public void activeIs(PathId path, MonoTime now) {
        choice.activeIs(path);
        sessions.values().forEach(s -> s.probe().inUse(choice.isActive(s.peer()), now));
    }

    /** Chooses which uplinks are kept ready, and puts them in order. */
    private void reconsider(MonoTime now) {
        numbers.retry();
        List<PeerId> ranked = choice.ranked();
        Set<PeerId> wanted = choice.wanted(ranked, now);
        if (leases.inMesh())
            wanted.stream().filter(p -> !sessions.containsKey(p)).forEach(this::open);
        Set<PeerId> leaving = choice.leaving(wanted, now);
        // first the flows move, then the tunnel goes
        order = ranked.stream()
                .filter(p -> !leaving.contains(p) && grant(p).isPresent())
                .map(PathId.Uplink::new)
                .toList();
        listener.preferred(order, now);
        leaving.forEach(this::close);
        reconsiderAt = choice.reconsiderAt(now);
    }

    private void open(PeerId peer) {
        // flows that are still pinned to the number of another peer, which has no tunnel, end
        Optional<Integer> number = numbers.of(peer, p -> !sessions.containsKey(p), listener::freed);
        if (number.isEmpty()) {
            LOG.log(Level.WARNING, "uplink {0}: more uplinks than path numbers", peer);
            return;
        }
        UplinkSession session = begin(peer, number.get());
        session.probe().inUse(choice.isActive(peer), EventLoop.now());
        providers.offer(peer).ifPresent(session::offered);
        session.open();
    }

    private UplinkSession begin(PeerId peer, int number) {
        var session = new UplinkSession(tools, this::changed, peer, number, Care.of(providers.config()));
        sessions.put(peer, session);
        return session;
    }

    private void forgetRemoved() {
        for (PeerId peer : numbers.peers())
            if (!sessions.containsKey(peer) && !providers.added(peer)) numbers.free(peer);
    }

    private void close(PeerId peer) {
        UplinkSession session = sessions.remove(peer);
        if (session == null) return;
        session.close();
        listener.ended(peer);
        choice.left(peer);
        listener.freed(session.number());
        listener.replan();
        if (providers.removed(peer)) numbers.free(peer);
    }

    private void judge(UplinkSession session, MonoTime now) {
        if (session.grant().isEmpty()) return;
        var path = new PathId.Uplink(session.peer());
        Optional<String> withdrawn = providers.withdrawn(session.peer());
        if (withdrawn.isPresent()) {
            listener.judged(path, Verdict.DOWN, "%s lends no more: %s".formatted(session.peer(), withdrawn.get()), now);
            return;
        }
        String why = switch (session.verdict()) {
            case UP -> "answers";
            case DOWN -> "no answer from the internet through " + session.peer();
            case SUSPECT, UNKNOWN -> "not answered yet";
        };
        listener.judged(path, session.verdict(), why, now);
    }

    public void tick(MonoTime now) {
        List.copyOf(sessions.values()).forEach(s -> s.tick(now));
        if (reconsiderAt.isDue(now)) reconsider(now);
    }

    public MonoTime nextWake(MonoTime now) {
        return sessions.values().stream()
                .map(s -> s.nextWake(now))
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
        uplinks.forEach(u -> session(u.peer()).ifPresent(s -> s.probe().doubt(now)));
    }

    /** The uplinks that have a tunnel, best first. */
    public List<PathId.Uplink> order() {
        return order;
    }

    /** The lease of a peer, while there is one. */
    public Optional<Grant> grant(PeerId peer) {
        return session(peer).flatMap(UplinkSession::grant);
    }

    /** Where the tunnel of each uplink leads. */
    public Map<PathId.Uplink, Endpoint> endpoints() {
        var endpoints = new HashMap<PathId.Uplink, Endpoint>();
        sessions.forEach(
                (peer, session) -> session.endpoint().ifPresent(e -> endpoints.put(new PathId.Uplink(peer), e)));
        return endpoints;
    }

    /** Looks at one uplink at once. */
    public void hurry(PeerId peer, MonoTime now) {
        session(peer).ifPresent(s -> s.hurry(now));
    }

    private Optional<UplinkSession> session(PeerId peer) {
        return Optional.ofNullable(sessions.get(peer));
    }

    public boolean inRoster(PeerId peer) {
        return providers.inRoster(peer);
    }

    public Collection<PathRoute> routes() {
        return sessions.values().stream().flatMap(s -> s.route().stream()).toList();
    }

    public Collection<FirewallPlan.Path> filters() {
        return sessions.values().stream().flatMap(s -> s.filter().stream()).toList();
    }

    /** The path number of an uplink that has one. */
    public Optional<Integer> numberOf(PathId.Uplink uplink) {
        return session(uplink.peer()).map(UplinkSession::number);
    }

    private void changed(UplinkSession session, MonoTime now) {
        session.latency().ifPresent(l -> providers.measured(session.peer(), l));
        if (session.lease().wasLost()) {
            // first new flows go elsewhere, then its own end, and then the path goes
            reconsider(now);
            listener.freed(session.number());
            listener.ended(session.peer());
        }
        listener.replan();
        judge(session, now);
        reconsider(now);
    }
}
