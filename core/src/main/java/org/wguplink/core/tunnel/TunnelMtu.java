package org.wguplink.core.tunnel;

import java.util.Collection;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.network.NetworkSnapshot;

/** What fits through a tunnel: the MTU of the device that its outer packets leave by, less what WireGuard adds. */
public final class TunnelMtu {
    /** Over a link of 1500 bytes, and what is assumed where nothing is known. */
    public static final int USUAL = 1420;

    /** Below it a device has no IPv6 (RFC 8200, section 5). */
    public static final int LEAST = 1280;

    /** IPv6 header 40, UDP 8, WireGuard's data message 32 (its paper, section 5.4.6). */
    private static final int OVERHEAD = 80;

    /** What fits where the way itself takes no more than any link of IPv6 must. */
    public static final int NARROWEST = LEAST - OVERHEAD;

    private TunnelMtu() {}

    /** The smallest towards all of the endpoints that a tunnel may lead to, {@value #LEAST} to {@value #USUAL}. */
    public static int towards(Collection<Endpoint> endpoints, NetworkSnapshot network) {
        int least = endpoints.stream()
                .flatMap(e -> e.address().flatMap(network::towards).stream())
                .flatMap(r -> network.link(r.device()).stream())
                .mapToInt(l -> l.mtu() - OVERHEAD)
                .min()
                .orElse(USUAL);
        return Math.clamp(least, LEAST, USUAL);
    }
}
