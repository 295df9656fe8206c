package org.wguplink.daemon.provider;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.lease.AddressPool;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.provider.LeaseBook.Held;
import org.wguplink.linux.wireguard.WireGuardKeys;

/**
 * Lending the own WAN: the offer, the leases, and the one interface on which all consumers are served. Loop thread only.
 *
 * <p>It is offered only while the own WAN is verified and carries our own flows: who borrows does not lend. A consumer's
 * lease outlives a withdrawal, so that it is there at once when the WAN is back; the packet filter refuses it meanwhile.
 */
public final class Lending {
    private static final Logger LOG = System.getLogger(Lending.class.getName());
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Duration OFFER_VALIDITY = Duration.ofMinutes(3);
    private static final Duration OFFER_PERIOD = Duration.ofMinutes(1);
    private static final Duration TRAFFIC_PERIOD = Duration.ofSeconds(5);
    private static final Duration KEEPALIVE = Duration.ofSeconds(25);
    private static final int MTU = 1420;

    /** Who is told. */
    public interface Listener {
        void publish(Offer offer);

        /** The served interface or its consumers have changed. */
        void replan();
    }

    private final EventLoop loop;
    private final Tunnels tunnels;
    private final TunnelKeys keys;
    private final LeaseBook book;
    private final Sequence sequence;
    private final Listener listener;
    private Config.Lending config;
    private Optional<InetAddress> meshAddress = Optional.empty();
    private Optional<PeerId> self = Optional.empty();
    private Optional<Served> served = Optional.empty();
    private boolean opening;
    private Optional<String> obstacle = Optional.of("just started");
    private Optional<MonoTime> republishAt = Optional.empty();
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    private Set<String> wans = Set.of();
    private Map<WireGuardKey, TunnelStatus.Peer> traffic = Map.of();
    private MonoTime readTrafficAt = EventLoop.now();

    /** The interface as it exists. */
    private record Served(WireGuardKey key, int listenPort) {}

    public Lending(EventLoop loop, Tunnels tunnels, TunnelKeys keys, Path state, Config config, Listener listener)
            throws IOException {
        this.loop = loop;
        this.tunnels = tunnels;
        this.keys = keys;
        this.book = new LeaseBook(state.resolve("leases.json"));
        this.sequence = new Sequence(state.resolve("sequence"));
        this.listener = listener;
        this.config = config.lending();
    }

    public void configure(Config.Lending next, MonoTime now) {
        config = next;
        considered(obstacle, now);
    }

    public void joined(Optional<InetAddress> address, Optional<PeerId> ourselves, MonoTime now) {
        meshAddress = address;
        self = ourselves;
        republishAt = Optional.of(now);
    }

    public void observe(NetworkSnapshot snapshot, Set<String> wanDevices) {
        network = snapshot;
        wans = wanDevices;
    }

    /** Leases of nodes that left the roster end. */
    public void trust(Collection<PeerId> members, MonoTime now) {
        if (book.retain(members)) serve();
    }

    /** Takes in whether the own WAN can be lent; {@code why} not, or empty when it can. */
    public void considered(Optional<String> why, MonoTime now) {
        boolean changed = available() != (config.offer() && why.isEmpty()) || !obstacle.equals(why);
        obstacle = why;
        if (config.offer() && served.isEmpty()) serve();
        if (changed) {
            listener.replan();
            republishAt = Optional.of(now);
            tick(now);
        }
    }

    public boolean wanted() {
        return config.offer();
    }

    public boolean available() {
        return config.offer() && served.isPresent() && obstacle.isEmpty();
    }

    /** Why nothing is lent although it is wanted. */
    public Optional<String> why() {
        if (!config.offer()) return Optional.empty();
        return obstacle.or(() -> served.isEmpty() ? Optional.of("the interface is not ready") : Optional.empty());
    }

    public void tick(MonoTime now) {
        if (book.expire(Instant.now())) serve();
        if (!book.all().isEmpty() && readTrafficAt.isDue(now)) readTraffic(now);
        if (republishAt.filter(t -> t.isDue(now)).isEmpty()) return;
        republishAt = Optional.of(now.plus(OFFER_PERIOD));
        if (self.isEmpty() || meshAddress.isEmpty() || served.isEmpty()) return;
        Instant issued = Instant.now();
        try {
            listener.publish(new Offer(
                    self.get(),
                    sequence.next(),
                    issued,
                    issued.plus(OFFER_VALIDITY),
                    new Capabilities(config.bandwidthMbps(), config.latencyMs(), config.wanType(), available()),
                    available() ? "" : why().orElse("not offered"),
                    Endpoint.of(meshAddress.get(), served.get().listenPort),
                    served.get().key));
        } catch (IOException e) {
            LOG.log(Level.ERROR, "no offer: {0}", Failures.text(e));
        }
    }

    public MonoTime nextWake(MonoTime now) {
        return republishAt.orElse(now.plus(OFFER_PERIOD));
    }

    /** Answers a request whose signature was verified, at once or when the tunnel is ready for it. */
    public void requested(LeaseRequest request, Consumer<LeaseAnswer> reply, MonoTime now) {
        Optional<Held> held = book.of(request.consumer());
        boolean renewal = held.filter(h -> h.key().equals(request.tunnelKey())).isPresent();
        if (self.isEmpty() || served.isEmpty() || !config.offer() || (!available() && !renewal)) {
            reply.accept(refuse(request, why().orElse("this node lends nothing")));
            return;
        }
        if (held.isEmpty() && book.all().size() >= LeaseBook.MOST) {
            reply.accept(refuse(request, "no free slot: %d consumers".formatted(LeaseBook.MOST)));
            return;
        }
        Optional<TunnelAddresses> addresses = addresses(request, held);
        if (addresses.isEmpty()) {
            reply.accept(refuse(request, "no address range is free of what the two nodes use"));
            return;
        }
        var lease = new Held(
                request.consumer(),
                request.tunnelKey(),
                request.endpoint(),
                addresses.get(),
                Instant.now().plus(LIFETIME));
        boolean same = held.map(h -> h.until(lease.expiresAt(), h.endpoint()).equals(lease))
                .orElse(false);
        book.put(lease);
        Grant grant = new Grant(
                self.get(),
                request.consumer(),
                request.nonce(),
                served.get().key,
                Endpoint.of(meshAddress.orElseThrow(), served.get().listenPort),
                lease.addresses(),
                MTU,
                LIFETIME);
        if (same) {
            reply.accept(grant);
            return;
        }
        LOG.log(
                Level.INFO,
                "lease: {0} gets {1}",
                request.consumer(),
                addresses.get().consumer4().getHostAddress());
        loop.work(
                applying(),
                status -> {
                    listener.replan();
                    reply.accept(grant);
                },
                e -> reply.accept(refuse(request, "the tunnel could not be made")));
    }

    /** The consumer gives its lease back. */
    public void released(LeaseRelease release, MonoTime now) {
        book.of(release.consumer())
                .filter(h -> h.key().equals(release.tunnelKey()))
                .ifPresent(h -> {
                    book.remove(release.consumer());
                    LOG.log(Level.INFO, "lease: {0} gave it back", release.consumer());
                    serve();
                });
    }

    /** What the consumer's tunnel has carried, as read lately. */
    public Optional<TunnelStatus.Peer> traffic(Held lease) {
        return Optional.ofNullable(traffic.get(lease.key()));
    }

    private void readTraffic(MonoTime now) {
        readTrafficAt = now.plus(TRAFFIC_PERIOD);
        loop.work(
                () -> tunnels.read(TunnelName.SERVED),
                status -> traffic = status.map(TunnelStatus::peers).orElse(Map.of()),
                e -> LOG.log(Level.DEBUG, "traffic: {0}", Failures.text(e)));
    }

    public Collection<Held> leases() {
        return book.all();
    }

    /** The interface on which consumers are served, once it exists. */
    public Optional<String> device() {
        return served.map(s -> TunnelName.SERVED);
    }

    public Optional<FirewallPlan.Served> filter() {
        return served.map(s -> new FirewallPlan.Served(
                TunnelName.SERVED,
                leased(),
                own().map(DeviceAddress::address).collect(Collectors.toSet()),
                wans,
                available()));
    }

    private Optional<TunnelAddresses> addresses(LeaseRequest request, Optional<Held> held) {
        Stream<InetNetwork> ours = new NetworkSnapshot(
                        network.links(),
                        network.addresses().stream()
                                .filter(a -> !a.device().equals(TunnelName.SERVED))
                                .toList(),
                        network.routes().stream()
                                .filter(r -> !r.device().equals(TunnelName.SERVED))
                                .toList())
                .prefixesInUse();
        List<InetNetwork> avoid =
                Stream.concat(ours, request.prefixes().stream()).toList();
        Optional<TunnelAddresses> present = held.map(Held::addresses)
                .filter(a -> Stream.of(a.consumer4(), a.consumer6(), a.provider4(), a.provider6())
                        .noneMatch(address -> avoid.stream().anyMatch(n -> n.contains(address))));
        if (present.isPresent()) return present;
        var taken = new ArrayList<TunnelAddresses>();
        for (Held other : book.all()) if (!other.consumer().equals(request.consumer())) taken.add(other.addresses());
        return new AddressPool(self.orElseThrow().value().hashCode()).assign(avoid, taken);
    }

    private void serve() {
        if (opening || !config.offer()) return;
        opening = true;
        loop.work(
                applying(),
                ready -> {
                    opening = false;
                    served = Optional.of(ready);
                    republishAt = Optional.of(EventLoop.now());
                    listener.replan();
                },
                e -> {
                    opening = false;
                    LOG.log(Level.ERROR, "cannot serve: {0}", Failures.text(e));
                    obstacle = Optional.of(Failures.text(e));
                });
    }

    /** The interface with all consumers of this moment; only reading the key is left to the worker. */
    private EventLoop.Blocking<Served> applying() {
        var peers = new ArrayList<TunnelPeer>();
        for (Held held : book.all())
            peers.add(new TunnelPeer(
                    held.key(),
                    Optional.of(held.endpoint()),
                    Set.of(
                            InetNetwork.host(held.addresses().consumer4()),
                            InetNetwork.host(held.addresses().consumer6())),
                    KEEPALIVE));
        Set<DeviceAddress> addresses = own().collect(Collectors.toSet());
        int port = config.listenPort();
        return () -> {
            WireGuardSecret key = keys.of(TunnelName.SERVED);
            TunnelStatus status = tunnels.apply(
                    new TunnelInterface(TunnelName.SERVED, key, port, Layout.OUTER, MTU, addresses, peers));
            return new Served(WireGuardKeys.publicKey(key), status.listenPort());
        };
    }

    private Stream<DeviceAddress> own() {
        return book.all().stream()
                .map(Held::addresses)
                .flatMap(a -> Stream.of(
                        new DeviceAddress(TunnelName.SERVED, a.provider4(), 24),
                        new DeviceAddress(TunnelName.SERVED, a.provider6(), 64)))
                .distinct();
    }

    private Set<InetAddress> leased() {
        var leased = new HashSet<InetAddress>();
        for (Held held : book.all()) {
            leased.add(held.addresses().consumer4());
            leased.add(held.addresses().consumer6());
        }
        return leased;
    }

    private Refusal refuse(LeaseRequest request, String why) {
        LOG.log(Level.INFO, "lease: {0} is refused: {1}", request.consumer(), why);
        return new Refusal(request.provider(), request.consumer(), request.nonce(), why);
    }
}
