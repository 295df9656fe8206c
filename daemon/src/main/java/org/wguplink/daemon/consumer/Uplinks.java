package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.selection.Selection;
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

/**
 * The uplinks that the user added: which of them are kept ready, in which order they stand, and what is known of each.
 * Loop thread only.
 */
public final class Uplinks {
    private static final Logger LOG = System.getLogger(Uplinks.class.getName());
    /** How long a tunnel that is no longer among the best is kept. */
    private static final Duration GRACE = Duration.ofMinutes(1);

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
    private final Map<PeerId, MonoTime> unwantedSince = new TreeMap<>();
    /** The last latency of each peer that ever had a tunnel here. */
    private final Map<PeerId, Duration> measured = new TreeMap<>();

    private Config config;
    private Ledger ledger = Ledger.EMPTY;
    private Set<PeerId> roster = Set.of();
    private Optional<PeerId> active = Optional.empty();
    private List<PathId.Uplink> order = List.of();
    private boolean needed;
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
        this.config = config;
        this.listener = listener;
        leases.configure(config.mesh());
    }

    public void configure(Config next, MonoTime now) {
        config = next;
        leases.configure(next.mesh());
        List.copyOf(sessions.values()).forEach(s -> s.configure(Care.of(next), now));
        reconsider(now);
        forgetRemoved();
    }

    /** Removes the interfaces of peers that were taken out of the configuration while nobody looked. */
    public void removeOrphans() {
        forgetRemoved();
        Set<String> known = config.peers().keySet().stream().map(TunnelName::of).collect(Collectors.toSet());
        tools.loop()
                .work(
                        () -> {
                            Set<String> orphans = new HashSet<>(tools.tunnels().names(TunnelName.PREFIX));
                            orphans.removeAll(known);
                            orphans.remove(TunnelName.SERVED);
                            for (String device : orphans) tools.tunnels().remove(device);
                            return orphans;
                        },
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
        ledger = offers;
        roster = members;
        measured.keySet().retainAll(members);
        reconsider(now);
    }

    /** Takes up the leases of an earlier run: their tunnels are in the plan at once, and renewed as soon as may be. */
    public void resume(Map<PeerId, MeshMemory.Lease> leased, MonoTime now) {
        leased.forEach((peer, lease) -> {
            if (removed(peer) || leases.isSelf(peer) || sessions.containsKey(peer)) return;
            numbers.of(peer).ifPresent(number -> {
                var session = new UplinkSession(tools, this::changed, peer, number, Care.of(config));
                sessions.put(peer, session);
                session.resume(lease.grant(), lease.left(), now);
            });
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
        ledger = offers;
        session(by).ifPresent(session -> {
            if (withdrawn(by).isEmpty() && session.trouble().isPresent()) session.hurry(now);
            session.confirm(now);
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
        if (needed == wanDead) return;
        needed = wanDead;
        if (config.minUplinks() == 0) reconsider(now);
    }

    /** The path that carries new flows now. */
    public void activeIs(PathId path, MonoTime now) {
        active = path instanceof PathId.Uplink(var peer) ? Optional.of(peer) : Optional.empty();
        sessions.values().forEach(s -> s.inUse(active.equals(Optional.of(s.peer())), now));
    }

    /** Chooses which uplinks are kept ready, and puts them in order. */
    private void reconsider(MonoTime now) {
        numbers.retry();
        List<Candidate> ranked = Selection.rank(candidates(), config.preferLatency(), active);
        Set<PeerId> wanted = wanted(ranked, now);
        if (leases.inMesh())
            wanted.stream().filter(p -> !sessions.containsKey(p)).forEach(this::open);
        Set<PeerId> leaving = leaving(wanted, now);
        // first the flows move, then the tunnel goes
        order = ranked.stream()
                .map(Candidate::peer)
                .filter(p -> !leaving.contains(p)
                        && session(p).flatMap(UplinkSession::grant).isPresent())
                .map(PathId.Uplink::new)
                .toList();
        listener.preferred(order, now);
        leaving.forEach(this::close);
        reconsiderAt = Stream.concat(
                        sessions.values().stream().map(s -> s.provenBy()),
                        unwantedSince.values().stream().map(since -> since.plus(GRACE)))
                .filter(now::isBefore)
                .reduce(now.plus(config.checkInterval()), (a, b) -> a.isBefore(b) ? a : b);
    }

    /** The best, until {@code min_uplinks} of them are ready or may soon be; and the one in use. */
    private Set<PeerId> wanted(List<Candidate> ranked, MonoTime now) {
        var wanted = new HashSet<PeerId>();
        // without any to be kept ready, one is made when it is needed
        int least = Math.max(config.minUplinks(), needed && config.autoFailover() ? 1 : 0);
        int ready = 0;
        for (Candidate candidate : ranked) {
            if (ready >= least || !config.enabled()) break;
            wanted.add(candidate.peer());
            // one that is dead is kept, in the hope that it comes back, but does not count
            boolean counts =
                    session(candidate.peer()).map(s -> s.promising(now)).orElse(true);
            if (counts) ready++;
        }
        active.filter(p -> !removed(p)).ifPresent(wanted::add);
        return wanted;
    }

    private void open(PeerId peer) {
        Optional<Integer> number = numbers.of(peer).or(() -> numberOfAnIdlePeer(peer));
        if (number.isEmpty()) {
            LOG.log(Level.WARNING, "uplink {0}: more uplinks than path numbers", peer);
            return;
        }
        var session = new UplinkSession(tools, this::changed, peer, number.get(), Care.of(config));
        sessions.put(peer, session);
        session.inUse(active.equals(Optional.of(peer)), EventLoop.now());
        ledger.of(peer).ifPresent(session::offered);
        session.open();
    }

    /** Takes the number of a peer that has no tunnel: flows that are still pinned to it end. */
    private Optional<Integer> numberOfAnIdlePeer(PeerId peer) {
        Optional<PeerId> idle =
                numbers.peers().stream().filter(p -> !sessions.containsKey(p)).findFirst();
        idle.flatMap(numbers::of).ifPresent(listener::freed);
        idle.ifPresent(numbers::free);
        return idle.flatMap(p -> numbers.of(peer));
    }

    private void forgetRemoved() {
        for (PeerId peer : numbers.peers())
            if (!sessions.containsKey(peer) && !config.peers().containsKey(peer)) numbers.free(peer);
    }

    /** Tunnels that end now: of removed peers at once, of peers that are not among the best after a grace. */
    private Set<PeerId> leaving(Set<PeerId> wanted, MonoTime now) {
        unwantedSince.keySet().removeAll(wanted);
        var leaving = new HashSet<PeerId>();
        for (PeerId peer : sessions.keySet()) {
            if (wanted.contains(peer)) continue;
            MonoTime since = unwantedSince.computeIfAbsent(peer, p -> now);
            if (removed(peer) || since.plus(GRACE).isDue(now)) leaving.add(peer);
        }
        return leaving;
    }

    private boolean removed(PeerId peer) {
        return !config.enabled() || !config.peers().containsKey(peer) || !roster.contains(peer);
    }

    private void close(PeerId peer) {
        UplinkSession session = sessions.remove(peer);
        if (session == null) return;
        session.close();
        listener.ended(peer);
        unwantedSince.remove(peer);
        listener.freed(session.number());
        listener.replan();
        if (removed(peer)) numbers.free(peer);
    }

    private List<Candidate> candidates() {
        return config.peers().keySet().stream()
                .map(peer -> new Candidate(
                        peer,
                        config.weightOf(peer),
                        unusable(peer),
                        session(peer)
                                .flatMap(UplinkSession::latency)
                                .or(() -> Optional.ofNullable(measured.get(peer)))
                                .or(() -> claimedLatency(peer))))
                .toList();
    }

    private Optional<Duration> claimedLatency(PeerId peer) {
        return ledger.of(peer)
                .map(o -> o.capabilities().latencyMs())
                .filter(ms -> ms > 0)
                .map(Duration::ofMillis);
    }

    /** Why a peer cannot be an uplink at all; a tunnel that exists is judged by its probes, not by the offer's age. */
    private Optional<String> unusable(PeerId peer) {
        if (leases.isSelf(peer)) return Optional.of("this node itself");
        if (!roster.contains(peer)) return Optional.of("not in the roster");
        boolean leased =
                sessions.containsKey(peer) && sessions.get(peer).grant().isPresent();
        if (leased) return Optional.empty();
        Optional<Offer> offer = ledger.of(peer);
        if (offer.isEmpty()) return Optional.of("no offer heard");
        if (!offer.get().expiresAt().isAfter(tools.loop().wall().instant()))
            return Optional.of("its offer has expired");
        return withdrawn(peer);
    }

    private Optional<String> withdrawn(PeerId peer) {
        return ledger.of(peer)
                .filter(o -> !o.capabilities().available()
                        && o.expiresAt().isAfter(tools.loop().wall().instant()))
                .map(Offer::reason);
    }

    private void judge(UplinkSession session, MonoTime now) {
        if (session.grant().isEmpty()) return;
        var path = new PathId.Uplink(session.peer());
        Optional<String> withdrawn = withdrawn(session.peer());
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

    /** Every peer worth a line: the added ones and those who offer, best first. */
    public List<PeerId> known() {
        Stream<PeerId> ranked = Selection.rank(candidates(), config.preferLatency(), active).stream()
                .map(Candidate::peer);
        List<PeerId> all = Stream.of(
                        ranked,
                        config.peers().keySet().stream(),
                        ledger.offers().stream().map(Offer::peerId))
                .flatMap(peers -> peers)
                .filter(p -> !leases.isSelf(p))
                .distinct()
                .toList();
        // stable: within the usable and the unusable the order stays
        return all.stream()
                .sorted(Comparator.comparing(p -> view(p).obstacle().isPresent()))
                .toList();
    }

    public UplinkView view(PeerId peer) {
        Optional<UplinkSession> session = session(peer);
        Optional<Offer> offer = ledger.of(peer);
        Optional<Grant> grant = session.flatMap(UplinkSession::grant);
        Verdict verdict = session.map(UplinkSession::verdict).orElse(Verdict.UNKNOWN);
        return new UplinkView(
                config.peers().containsKey(peer),
                session.isPresent(),
                grant.isPresent(),
                config.weightOf(peer),
                verdict,
                session.flatMap(UplinkSession::latency),
                offer,
                session.map(UplinkSession::device),
                session.flatMap(UplinkSession::endpoint).or(() -> offer.map(Offer::endpoint)),
                session.flatMap(s -> s.expiresIn(EventLoop.now())),
                unusable(peer)
                        .or(() -> withdrawn(peer))
                        .or(() -> session.flatMap(UplinkSession::unreachable))
                        .or(() -> session.flatMap(UplinkSession::trouble))
                        .or(() -> verdict == Verdict.DOWN
                                ? Optional.of("no answer from the internet")
                                : Optional.empty()));
    }

    /** What an uplink rides on has died: whether it lives is asked at once. */
    public void doubt(Collection<PathId.Uplink> uplinks, MonoTime now) {
        uplinks.forEach(u -> session(u.peer()).ifPresent(s -> s.doubt(now)));
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
        return roster.contains(peer);
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
        session.latency().ifPresent(l -> measured.put(session.peer(), l));
        if (session.lostLease()) {
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
