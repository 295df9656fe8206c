package org.wguplink.mesh.gossip;

import java.net.InetAddress;
import java.util.List;
import org.wguplink.core.net.Endpoint;
import org.wguplink.mesh.names.HostNames;
import org.wguplink.mesh.names.RememberedNames;

/**
 * Where this node listens, and whom it knows.
 *
 * @param address the one address that is bound and told to others: never a wildcard
 * @param port TCP, 1 to 65535
 * @param seeds nodes to find the mesh through, at most 64; this node's own address among them is ignored
 * @param names what is known of seeds that are named
 */
public record MeshSettings(InetAddress address, int port, List<Endpoint> seeds, HostNames names) {
    public static final int MAX_SEEDS = 64;

    public MeshSettings {
        if (address.isAnyLocalAddress())
            throw new IllegalArgumentException("the mesh needs one address, not " + address.getHostAddress());
        if (port < 1 || port > 65535)
            throw new IllegalArgumentException("port %d; expected 1 to 65535".formatted(port));
        if (seeds.size() > MAX_SEEDS)
            throw new IllegalArgumentException("%d seeds; at most %d".formatted(seeds.size(), MAX_SEEDS));
        seeds = List.copyOf(seeds);
    }

    /** Seeds that are literal addresses, or names that are not remembered. */
    public MeshSettings(InetAddress address, int port, List<Endpoint> seeds) {
        this(address, port, seeds, RememberedNames.inMemory());
    }
}
