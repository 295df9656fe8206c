package org.wguplink.daemon.simulation;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** The WireGuard interfaces of one node. They outlive the daemon. */
final class SimTunnels implements Tunnels {
    private static final int FIRST_PORT = 51820;

    /** One end of a tunnel as WireGuard knows it. */
    static final class Peer {
        Optional<Endpoint> endpoint;
        private Optional<Instant> handshake = Optional.empty();
        private long received;
        Optional<MonoTime> heardAt = Optional.empty();

        private Peer(Optional<Endpoint> endpoint) {
            this.endpoint = endpoint;
        }

        /** Something came from it. */
        void heard(Instant wall, MonoTime now) {
            received++;
            handshake = Optional.of(wall);
            heardAt = Optional.of(now);
        }
    }

    /** One interface. */
    static final class Interface {
        private final int port;
        private final int index;
        private final WireGuardSecret secret;
        final WireGuardKey key;
        TunnelInterface desired;
        final Map<WireGuardKey, Peer> peers = new LinkedHashMap<>();

        private Interface(TunnelInterface desired, WireGuardKey key, int index) {
            this.desired = desired;
            this.secret = desired.privateKey();
            this.key = key;
            this.index = index;
            this.port = FIRST_PORT + index;
        }

        int index() {
            return index;
        }

        int port() {
            return port;
        }
    }

    private final Map<WireGuardSecret, WireGuardKey> keys = new HashMap<>();
    private final Map<String, Interface> interfaces = new TreeMap<>();
    private final BiConsumer<String, WireGuardKey> call;
    private final Runnable changed;
    private final Defect defect;
    private int made;

    /**
     * @param call begins a handshake with a peer of an interface
     * @param changed told when interfaces come, go or have other addresses
     */
    SimTunnels(BiConsumer<String, WireGuardKey> call, Runnable changed, Defect defect) {
        this.call = call;
        this.changed = changed;
        this.defect = defect;
    }

    /** After a loss of power. */
    void clear() {
        interfaces.clear();
    }

    Map<String, Interface> interfaces() {
        return interfaces;
    }

    Optional<Interface> of(String name) {
        return Optional.ofNullable(interfaces.get(name));
    }

    @Override
    public TunnelStatus apply(TunnelInterface desired) {
        Interface present = interfaces.get(desired.name());
        if (present == null || !present.secret.equals(desired.privateKey())) {
            WireGuardKey key = keys.computeIfAbsent(desired.privateKey(), WireGuardKeys::publicKey);
            present = new Interface(desired, key, ++made);
            interfaces.put(desired.name(), present);
        }
        Interface wanted = present;
        wanted.desired = desired;
        Set<WireGuardKey> named =
                desired.peers().stream().map(TunnelPeer::publicKey).collect(Collectors.toSet());
        if (defect != Defect.EXPIRED_LEASE_IS_SERVED) wanted.peers.keySet().retainAll(named);
        for (TunnelPeer peer : desired.peers())
            if (wanted.peers.putIfAbsent(peer.publicKey(), new Peer(peer.endpoint())) == null)
                call.accept(desired.name(), peer.publicKey());
        changed.run();
        return status(desired.name(), wanted);
    }

    @Override
    public void renew(String name, TunnelPeer peer) {
        of(name).ifPresent(i -> {
            i.peers.put(peer.publicKey(), new Peer(peer.endpoint()));
            call.accept(name, peer.publicKey());
        });
    }

    @Override
    public void moved(String name) {
        of(name).ifPresent(i -> List.copyOf(i.peers.keySet()).forEach(peer -> call.accept(name, peer)));
    }

    @Override
    public Optional<TunnelStatus> read(String name) {
        return of(name).map(i -> status(name, i));
    }

    private TunnelStatus status(String name, Interface of) {
        return new TunnelStatus(
                name,
                of.port,
                of.peers.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                e -> new TunnelStatus.Peer(
                                        e.getValue().endpoint, e.getValue().handshake, received(e.getValue()), 0L))));
    }

    private long received(Peer peer) {
        if (defect == Defect.EXPIRED_LEASE_IS_HONOURED) peer.received++;
        return peer.received;
    }

    @Override
    public void remove(String name) {
        if (interfaces.remove(name) != null) changed.run();
    }

    @Override
    public Set<String> names(String prefix) {
        var names = new TreeSet<>(interfaces.keySet());
        names.removeIf(n -> !n.startsWith(prefix));
        return names;
    }
}
