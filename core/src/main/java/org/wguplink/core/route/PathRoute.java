package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Family;

/**
 * How one path leaves the node.
 *
 * @param number 1 to {@link Layout#MAX_PATH}: the first own WAN has 1 unless it is taken
 * @param own whether it is an own WAN rather than an uplink
 * @param gateways for each family that the path carries, its gateway, or empty when there is none on the link
 * @param mtu of what is sent by it, where something narrower is on its way than its device; 1200 to 1500
 * @param sources the addresses of an own WAN: packets from them keep to it
 */
public record PathRoute(
        int number,
        String device,
        boolean own,
        Map<Family, Optional<InetAddress>> gateways,
        Set<InetAddress> sources,
        Optional<Integer> mtu) {
    public PathRoute {
        gateways = Map.copyOf(gateways);
        sources = Set.copyOf(sources);
        Layout.table(number);
    }

    /** An own WAN. */
    public static PathRoute own(
            int number, String device, Map<Family, Optional<InetAddress>> gateways, Set<InetAddress> sources) {
        return new PathRoute(number, device, true, gateways, sources, Optional.empty());
    }

    /** An uplink. */
    public static PathRoute uplink(
            int number, String device, Map<Family, Optional<InetAddress>> gateways, Optional<Integer> mtu) {
        return new PathRoute(number, device, false, gateways, Set.of(), mtu);
    }
}
