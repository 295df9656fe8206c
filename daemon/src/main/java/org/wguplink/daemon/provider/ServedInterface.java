package org.wguplink.daemon.provider;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.lease.AddressPool;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.route.Layout;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelMtu;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.provider.LeaseBook.Held;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** The one WireGuard interface on which all consumers are served, a peer each. Loop thread only. */
final class ServedInterface {
    /** Of the interface; a consumer may choose a smaller one for its end. */
    static final int MTU = TunnelMtu.USUAL;

    private static final Logger LOG = System.getLogger(ServedInterface.class.getName());
    private static final Duration KEEPALIVE = Duration.ofSeconds(25);
    private static final Duration TRAFFIC_PERIOD = Duration.ofSeconds(5);
    /** A consumer's keepalive comes every 25 s, and we look every 5 s. */
    private static final Duration SILENCE = Duration.ofSeconds(35);
    /** A handshake as young as that needs no other: the consumer asked before it knew of it. */
    private static final Duration YOUNG = Duration.ofSeconds(3);

    private final Loop loop;
    private final Tunnels tunnels;
    private final TunnelKeys keys;
    private final LeaseBook book;
    private final Usage usage;
    private Optional<Ready> ready = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private Map<WireGuardKey, TunnelStatus.Peer> traffic = Map.of();
    private Map<WireGuardKey, MonoTime> heardAt = Map.of();
    private Optional<TunnelAddresses> reserved = Optional.empty();
    private Optional<WireGuardKey> tester = Optional.empty();
    private MonoTime readTrafficAt = EventLoop.now();

    /** The interface as it exists. */
    record Ready(WireGuardKey key, int listenPort) {}

    ServedInterface(Loop loop, Tunnels tunnels, TunnelKeys keys, LeaseBook book, Usage usage) {
        this.loop = loop;
        this.tunnels = tunnels;
        this.keys = keys;
        this.book = book;
        this.usage = usage;
    }

    Optional<Ready> ready() {
        return ready;
    }

    /** Somebody has removed the interface. */
    void vanished() {
        ready = Optional.empty();
    }

    /** Why it could not be made or changed; empty when it could. */
    Optional<String> trouble() {
        return trouble;
    }

    /** What a consumer's tunnel has carried, as read lately. */
    Optional<TunnelStatus.Peer> traffic(Held lease) {
        return Optional.ofNullable(traffic.get(lease.key()));
    }

    /** Whether something came from a consumer lately: whoever holds the tunnel at its end is there. */
    boolean carries(Held lease, MonoTime now) {
        MonoTime heard = heardAt.get(lease.key());
        return heard != null && !heard.plus(SILENCE).isDue(now);
    }

    /** Begins a handshake with a consumer that cannot begin one itself. */
    void call(Held lease, Endpoint endpoint) {
        loop.work(
                () -> {
                    boolean needless = tunnels.read(TunnelName.SERVED)
                            .flatMap(
                                    status -> Optional.ofNullable(status.peers().get(lease.key())))
                            .flatMap(TunnelStatus.Peer::latestHandshake)
                            .filter(at -> at.plus(YOUNG).isAfter(Instant.now()))
                            .isPresent();
                    if (!needless) tunnels.renew(TunnelName.SERVED, peer(lease, endpoint));
                    return needless;
                },
                needless -> LOG.log(Level.DEBUG, "{0} is called at {1}: {2}", lease.consumer(), endpoint, !needless),
                e -> LOG.log(Level.WARNING, "{0} is not called: {1}", lease.consumer(), Failures.text(e)));
    }

    /** This node is elsewhere: tells the consumers. */
    void moved() {
        if (ready.isEmpty()) return;
        loop.work(
                () -> {
                    tunnels.moved(TunnelName.SERVED);
                    return TunnelName.SERVED;
                },
                told -> LOG.log(Level.DEBUG, "{0}: consumers were told where we are", told),
                e -> LOG.log(Level.WARNING, "{0}: {1}", TunnelName.SERVED, Failures.text(e)));
    }

    /**
     * Keeps addresses for our own test, apart from what is in use here, from the next {@link #apply} on; they are never
     * leased. Whether they are other ones now, or there are none.
     */
    boolean reserve(AddressPool pool, NetworkSnapshot network) {
        List<InetNetwork> avoid = network.prefixesInUse().toList();
        if (reserved.filter(a -> a.collision(avoid).isEmpty()).isPresent()) return false;
        reserved = pool.reserved(avoid);
        return true;
    }

    /** Of whom we test the service with. */
    Optional<TunnelAddresses> reserved() {
        return reserved;
    }

    /** Serves our own test from the next {@link #apply} on, by its key; or does no more. */
    void admit(Optional<WireGuardKey> key) {
        tester = key;
    }

    /**
     * What keeps its consumers in bounds.
     *
     * @param open whether they are let through at all
     * @param refused families in which they are not
     * @param resolvers whom their queries are led to
     */
    FirewallPlan.Served filter(Reach reach, boolean open, Set<Family> refused, Set<InetAddress> resolvers) {
        return new FirewallPlan.Served(
                TunnelName.SERVED,
                served().flatMap(ServedInterface::consumer).collect(Collectors.toSet()),
                addresses().stream().map(DeviceAddress::address).collect(Collectors.toSet()),
                reach.wans(),
                open,
                reach.network().prefixesBehind(reach.wans()).collect(Collectors.toSet()),
                refused,
                resolvers,
                reserved.stream().flatMap(ServedInterface::consumer).collect(Collectors.toSet()));
    }

    private static Stream<InetAddress> consumer(TunnelAddresses addresses) {
        return Stream.of(addresses.consumer4(), addresses.consumer6());
    }

    /** The consumers that less fits to than the interface takes, with what does. */
    Map<InetAddress, Integer> narrow() {
        var narrow = new HashMap<InetAddress, Integer>();
        for (Held held : ready.isPresent() ? book.all() : List.<Held>of())
            if (held.mtu() < MTU) consumer(held.addresses()).forEach(address -> narrow.put(address, held.mtu()));
        return narrow;
    }

    /**
     * Makes the interface match the book of this moment; calls are carried out in order.
     *
     * @param bounded whether a packet filter keeps consumers in bounds: without it nobody is served
     * @param done on the loop; empty when it worked, else what went wrong
     */
    void apply(int listenPort, boolean bounded, Consumer<Optional<String>> done) {
        Set<DeviceAddress> addresses = addresses();
        List<TunnelPeer> peers = bounded ? peers(book.all()) : List.of();
        loop.work(
                () -> {
                    WireGuardSecret key = keys.of(TunnelName.SERVED);
                    int port = port(listenPort);
                    TunnelStatus status = tunnels.apply(
                            new TunnelInterface(TunnelName.SERVED, key, port, Layout.OUTER, MTU, addresses, peers));
                    return new Ready(WireGuardKeys.publicKey(key), status.listenPort());
                },
                made -> {
                    ready = Optional.of(made);
                    trouble = bounded ? Optional.empty() : Optional.of("the packet filter is not in force");
                    done.accept(trouble);
                },
                e -> {
                    LOG.log(Level.ERROR, "{0}: {1}", TunnelName.SERVED, Failures.text(e));
                    trouble = Optional.of(Failures.text(e));
                    done.accept(trouble);
                });
    }

    /** The port that is wanted; while another program has it, the one that consumers are served on already. */
    private int port(int wanted) throws TunnelException {
        int present =
                tunnels.read(TunnelName.SERVED).map(TunnelStatus::listenPort).orElse(0);
        if (wanted == 0 || wanted == present || isFree(wanted)) return wanted;
        if (present != 0) return present;
        throw new TunnelException(portInUse(wanted));
    }

    /** Why consumers are served on another port than the wanted one, 0 for any; empty when they are not. */
    Optional<String> portTrouble(int wanted) {
        return ready.map(Ready::listenPort)
                .filter(port -> wanted != 0 && port != wanted)
                .map(port -> "%s; consumers are served on %d".formatted(portInUse(wanted), port));
    }

    private static String portInUse(int port) {
        return "option 'listen_port': UDP port %d is in use by another program".formatted(port);
    }

    /** WireGuard would lose the port that it has before it finds that it cannot have the other. */
    private static boolean isFree(int port) {
        try (var socket = new DatagramSocket(port)) {
            return socket.isBound();
        } catch (SocketException e) {
            return false;
        }
    }

    void tick(MonoTime now) {
        if (ready.isEmpty() || book.all().isEmpty() || !readTrafficAt.isDue(now)) return;
        readTrafficAt = now.plus(TRAFFIC_PERIOD);
        loop.work(
                () -> tunnels.read(TunnelName.SERVED),
                status -> carried(status.map(TunnelStatus::peers).orElse(Map.of()), EventLoop.now()),
                e -> LOG.log(Level.DEBUG, "traffic: {0}", Failures.text(e)));
    }

    private void carried(Map<WireGuardKey, TunnelStatus.Peer> now, MonoTime at) {
        usage.read(now, at);
        var heard = new HashMap<WireGuardKey, MonoTime>();
        now.forEach((key, peer) -> {
            TunnelStatus.Peer before = traffic.get(key);
            MonoTime last = heardAt.get(key);
            // what is new to us may have spoken just now, unless it never has
            boolean more = before == null ? peer.rxBytes() > 0 : peer.rxBytes() != before.rxBytes();
            if (more) heard.put(key, at);
            else if (last != null) heard.put(key, last);
        });
        traffic = now;
        heardAt = heard;
    }

    private Set<DeviceAddress> addresses() {
        return served().flatMap(a -> Stream.of(
                        new DeviceAddress(TunnelName.SERVED, a.provider4(), 24),
                        new DeviceAddress(TunnelName.SERVED, a.provider6(), 64)))
                .collect(Collectors.toSet());
    }

    private Stream<TunnelAddresses> served() {
        return Stream.concat(book.all().stream().map(Held::addresses), reserved.stream());
    }

    private List<TunnelPeer> peers(Collection<Held> leases) {
        var peers = new ArrayList<TunnelPeer>();
        for (Held held : leases) peers.add(peer(held, held.endpoint()));
        if (tester.isPresent() && reserved.isPresent())
            peers.add(new TunnelPeer(tester.get(), Optional.empty(), hosts(reserved.get()), Duration.ZERO));
        return peers;
    }

    private static TunnelPeer peer(Held held, Endpoint endpoint) {
        return new TunnelPeer(held.key(), Optional.of(endpoint), hosts(held.addresses()), KEEPALIVE);
    }

    private static Set<InetNetwork> hosts(TunnelAddresses addresses) {
        return Set.of(InetNetwork.host(addresses.consumer4()), InetNetwork.host(addresses.consumer6()));
    }
}
