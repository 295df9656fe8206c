package org.wguplink.mesh.gossip;

import java.net.InetAddress;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.peer.PeerId;

/**
 * Another node as the gossip engine sees it.
 *
 * @param id what it calls itself; not proven
 * @param address {@code HOST:PORT} with a literal host, IPv6 without brackets
 */
public record Neighbour(PeerId id, String address) {
    public InetAddress host() {
        return Addresses.parse(address.substring(0, address.lastIndexOf(':')));
    }
}
