package org.wguplink.linux.wireguard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;

/** What must change on an interface; empty is "leave as it is". A peer that stays is never replaced: it keeps its session. */
record WireGuardChange(
        Optional<WireGuardSecret> privateKey, OptionalInt listenPort, OptionalInt mark, List<PeerChange> peers) {
    sealed interface PeerChange {
        WireGuardKey key();

        record Remove(WireGuardKey key) implements PeerChange {}

        /** Adds the peer or changes it; {@code allowedIps} are all of them, when they change. */
        record Put(
                WireGuardKey key,
                Optional<Endpoint> endpoint,
                Optional<Duration> keepalive,
                Optional<Set<InetNetwork>> allowedIps)
                implements PeerChange {}
    }

    boolean isEmpty() {
        return privateKey.isEmpty() && listenPort.isEmpty() && mark.isEmpty() && peers.isEmpty();
    }

    /** The peer as if it were new: it has no session, and a keepalive that was off sends the first at once. */
    static WireGuardChange renewed(TunnelPeer peer) {
        return ofPeers(List.of(
                new PeerChange.Remove(peer.publicKey()),
                new PeerChange.Put(
                        peer.publicKey(),
                        peer.endpoint(),
                        Optional.of(peer.keepalive()),
                        Optional.of(peer.allowedIps()))));
    }

    /**
     * Every peer's endpoint again, since wireguard-go keeps the source address with it, and every keepalive off and on
     * again, which sends one.
     */
    static WireGuardChange moved(WireGuardDevice present) {
        var changes = new ArrayList<PeerChange>();
        present.peers().forEach((key, peer) -> {
            if (peer.status().endpoint().isEmpty()) return;
            changes.add(
                    new PeerChange.Put(key, peer.status().endpoint(), Optional.of(Duration.ZERO), Optional.empty()));
            changes.add(new PeerChange.Put(key, Optional.empty(), Optional.of(peer.keepalive()), Optional.empty()));
        });
        return ofPeers(changes);
    }

    private static WireGuardChange ofPeers(List<PeerChange> peers) {
        return new WireGuardChange(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), peers);
    }

    /** Removals come first: a prefix that moves from one peer to another must not be taken from its new owner. */
    static WireGuardChange between(WireGuardDevice present, TunnelInterface desired) {
        Set<WireGuardKey> wanted =
                desired.peers().stream().map(TunnelPeer::publicKey).collect(Collectors.toSet());
        var changes = new ArrayList<PeerChange>();
        for (WireGuardKey key : present.peers().keySet())
            if (!wanted.contains(key)) changes.add(new PeerChange.Remove(key));
        for (TunnelPeer peer : desired.peers())
            peerChange(present.peers().get(peer.publicKey()), peer).ifPresent(changes::add);
        return new WireGuardChange(
                Optional.of(desired.privateKey())
                        .filter(key -> !present.privateKey().equals(Optional.of(key))),
                differing(
                        desired.listenPort() == 0 ? present.listenPort() : desired.listenPort(), present.listenPort()),
                differing(desired.mark().value(), present.mark()),
                changes);
    }

    private static Optional<PeerChange> peerChange(WireGuardDevice.@Nullable PeerState present, TunnelPeer peer) {
        if (present == null)
            return Optional.of(new PeerChange.Put(
                    peer.publicKey(), peer.endpoint(), Optional.of(peer.keepalive()), Optional.of(peer.allowedIps())));
        var put = new PeerChange.Put(
                peer.publicKey(),
                peer.endpoint().filter(e -> present.status().endpoint().isEmpty()),
                Optional.of(peer.keepalive()).filter(k -> !k.equals(present.keepalive())),
                Optional.of(peer.allowedIps()).filter(ips -> !ips.equals(present.allowedIps())));
        boolean nothing = put.endpoint.isEmpty() && put.keepalive.isEmpty() && put.allowedIps.isEmpty();
        return nothing ? Optional.empty() : Optional.of(put);
    }

    private static OptionalInt differing(int desired, int present) {
        return desired == present ? OptionalInt.empty() : OptionalInt.of(desired);
    }
}
