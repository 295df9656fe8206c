package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.net.Family;

/**
 * How one path leaves the node.
 *
 * @param number 1 for the own WAN, 2 to {@link Layout#MAX_PATH} for uplinks
 * @param gateways for each family that the path carries, its gateway, or empty when there is none on the link
 */
public record PathRoute(int number, String device, Map<Family, Optional<InetAddress>> gateways) {
    /** The number of the own WAN. */
    public static final int WAN = 1;

    public PathRoute {
        gateways = Map.copyOf(gateways);
        Layout.table(number);
    }
}
