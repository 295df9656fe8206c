package org.wguplink.linux.wireguard;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.tunnel.TunnelStatus;

/**
 * An interface's configuration as WireGuard reports it.
 *
 * @param listenPort 0 while none is bound
 * @param mark of the outer packets, 0 for none
 */
record WireGuardDevice(
        Optional<WireGuardSecret> privateKey, int listenPort, int mark, Map<WireGuardKey, PeerState> peers) {
    record PeerState(TunnelStatus.Peer status, Duration keepalive, Set<InetNetwork> allowedIps) {}

    TunnelStatus status(String name) {
        var statuses = new LinkedHashMap<WireGuardKey, TunnelStatus.Peer>();
        peers.forEach((key, peer) -> statuses.put(key, peer.status()));
        return new TunnelStatus(name, listenPort, statuses);
    }
}
