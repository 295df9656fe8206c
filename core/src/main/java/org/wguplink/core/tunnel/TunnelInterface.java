package org.wguplink.core.tunnel;

import java.util.List;
import java.util.Set;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;

/**
 * A WireGuard interface as it is to be.
 *
 * @param name at most 15 characters ({@code IFNAMSIZ})
 * @param listenPort 0 to 65535; 0 keeps the present port, or takes a free one when the interface is new
 * @param mark carried by the outer packets
 * @param mtu 1280 to 65535
 */
public record TunnelInterface(
        String name,
        WireGuardSecret privateKey,
        int listenPort,
        FwMark mark,
        int mtu,
        Set<DeviceAddress> addresses,
        List<TunnelPeer> peers) {
    public TunnelInterface {
        if (!name.matches("[A-Za-z0-9_.-]{1,15}"))
            throw new IllegalArgumentException("'%s' is not an interface name".formatted(name));
        if (listenPort < 0 || listenPort > 65535)
            throw new IllegalArgumentException("listen port %d; expected 0 to 65535".formatted(listenPort));
        if (mtu < 1280 || mtu > 65535)
            throw new IllegalArgumentException("MTU %d; expected 1280 to 65535".formatted(mtu));
        addresses = Set.copyOf(addresses);
        peers = List.copyOf(peers);
    }
}
