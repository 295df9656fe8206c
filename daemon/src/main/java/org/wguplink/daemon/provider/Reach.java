package org.wguplink.daemon.provider;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.OwnEndpoints;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.tunnel.TunnelMtu;

/**
 * How consumers reach this node, and it them.
 *
 * @param network without the served interface
 * @param wans devices of the own WANs
 * @param mesh this node's address there
 */
record Reach(NetworkSnapshot network, Set<String> wans, Optional<InetAddress> mesh) {
    /** Everywhere we can be called. */
    List<TypedEndpoint> endpoints(int port, List<Endpoint> stated) {
        return OwnEndpoints.of(network, wans, mesh, port, stated);
    }

    /** Whether a consumer's endpoint is somewhere that we can send to, and not we ourselves. */
    boolean leadsOut(Endpoint endpoint) {
        return endpoint.address()
                .filter(a -> !network.isOwn(a) && network.towards(a).isPresent())
                .isPresent();
    }

    /** What fits through the tunnel that is asked for: the smaller of what the two ends have room for. */
    int mtu(LeaseRequest request) {
        List<Endpoint> ends = Stream.concat(
                        Stream.of(request.endpoint()),
                        request.endpoints().stream().map(TypedEndpoint::endpoint))
                .toList();
        return Math.min(request.mtu().orElse(TunnelMtu.USUAL), TunnelMtu.towards(ends, network));
    }
}
