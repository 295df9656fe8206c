package org.wguplink.core.tunnel;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;

/**
 * One peer of a WireGuard interface.
 *
 * @param endpoint a literal address where a new peer is reached; one that is there keeps what WireGuard has learnt
 * @param keepalive persistent keepalive, 0 (off) to 65535 s
 */
public record TunnelPeer(
        WireGuardKey publicKey, Optional<Endpoint> endpoint, Set<InetNetwork> allowedIps, Duration keepalive) {
    public TunnelPeer {
        allowedIps = Set.copyOf(allowedIps);
        if (keepalive.isNegative() || keepalive.toSeconds() > 65535)
            throw new IllegalArgumentException("keepalive %s; expected 0 to 65535 s".formatted(keepalive));
        if (endpoint.isPresent() && endpoint.get().address().isEmpty())
            throw new IllegalArgumentException("endpoint %s is not a literal address".formatted(endpoint.get()));
    }
}
