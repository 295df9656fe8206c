package org.wguplink.daemon.consumer;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.PathRoute;

/** A leased uplink as routes and packet filter have it: all of the internet, in both families, is on the tunnel's link. */
record UplinkPath(
        int number, String device, TunnelAddresses addresses, Set<InetAddress> resolvers, Optional<Integer> mtu) {
    private static final Map<Family, Optional<InetAddress>> NO_GATEWAYS =
            Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty());

    /** The same way for flows that have another number. */
    UplinkPath numbered(int another) {
        return new UplinkPath(another, device, addresses, resolvers, mtu);
    }

    PathRoute route() {
        return PathRoute.uplink(number, device, NO_GATEWAYS, mtu);
    }

    FirewallPlan.Path filter() {
        return new FirewallPlan.Path(
                number, device, true, Set.of(addresses.consumer4(), addresses.consumer6()), resolvers);
    }
}
