package org.wguplink.daemon.provider;

import java.util.List;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.config.Config;

/**
 * This node as a provider, once it is in a mesh and has the interface.
 *
 * @param endpoint in the mesh
 * @param config what the user wants lent
 */
record Provider(PeerId self, ServedInterface.Ready served, Endpoint endpoint, Reach reach, Config.Lending config) {
    /** Everywhere it can be called. */
    List<TypedEndpoint> endpoints() {
        return reach.endpoints(served.listenPort(), config.endpoints());
    }
}
