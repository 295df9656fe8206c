package org.wguplink.daemon.provider;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.config.Config;

/**
 * This node as a provider, once it is in a mesh and has the interface.
 *
 * @param endpoint in the mesh
 * @param config what the user wants lent
 * @param resolvers whom its consumers' queries are led to, one of each family at the most
 */
record Provider(
        PeerId self,
        ServedInterface.Ready served,
        Endpoint endpoint,
        Reach reach,
        Config.Lending config,
        Set<InetAddress> resolvers) {
    /** Everywhere it can be called. */
    List<TypedEndpoint> endpoints() {
        return reach.endpoints(served.listenPort(), config.endpoints());
    }

    /** What a consumer sends its queries to: our own addresses in its tunnel, where they are led on from. */
    List<InetAddress> resolvers(TunnelAddresses tunnel) {
        return Stream.of(tunnel.provider4(), tunnel.provider6())
                .filter(own -> resolvers.stream().anyMatch(r -> Family.of(r) == Family.of(own)))
                .toList();
    }
}
