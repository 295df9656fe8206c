package org.wguplink.core.network;

import java.net.InetAddress;
import java.util.Optional;
import org.wguplink.core.net.InetNetwork;

/**
 * A unicast route of the main table (254).
 *
 * @param gateway empty when the destination is on the link
 * @param metric 0 when the kernel gives none
 */
public record MainRoute(InetNetwork destination, String device, Optional<InetAddress> gateway, long metric) {
    public boolean isDefault() {
        return destination.prefixLength() == 0;
    }
}
