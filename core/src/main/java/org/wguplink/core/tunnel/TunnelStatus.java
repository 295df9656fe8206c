package org.wguplink.core.tunnel;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;

/** What WireGuard reports of an interface. */
public record TunnelStatus(String name, int listenPort, Map<WireGuardKey, Peer> peers) {
    public TunnelStatus {
        peers = Map.copyOf(peers);
    }

    /** @param latestHandshake empty before the first */
    public record Peer(Optional<Endpoint> endpoint, Optional<Instant> latestHandshake, long rxBytes, long txBytes) {}
}
