package org.wguplink.core.endpoint;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.tunnel.TunnelName;

/**
 * Which of another node's endpoints are worth trying from here, and in which order: first those whose packets avoid our
 * own WANs, since an uplink over the line that it is to replace is of little use; then lan, mesh, v4, v6.
 */
public final class Preference {
    private Preference() {}

    /**
     * The endpoints best first, each address once.
     *
     * @param endpoints with literal addresses; others are left out
     * @param wans devices of the own WANs
     */
    public static List<TypedEndpoint> order(List<TypedEndpoint> endpoints, NetworkSnapshot network, Set<String> wans) {
        Map<Endpoint, TypedEndpoint> useful = new LinkedHashMap<>();
        endpoints.stream()
                .filter(e -> device(e, network).isPresent())
                .sorted(Comparator.comparing((TypedEndpoint e) -> ridesAny(e, network, wans))
                        .thenComparing(TypedEndpoint::kind))
                .forEach(e -> useful.putIfAbsent(e.endpoint(), e));
        return List.copyOf(useful.values());
    }

    /** Whether the packets to an endpoint leave by one of the devices. */
    public static boolean ridesAny(TypedEndpoint endpoint, NetworkSnapshot network, Set<String> wans) {
        return device(endpoint, network).filter(wans::contains).isPresent();
    }

    /** The device that leads there; empty when nothing does, or what does leads to somebody else. */
    private static Optional<String> device(TypedEndpoint endpoint, NetworkSnapshot network) {
        Optional<InetAddress> address = endpoint.endpoint().address();
        if (address.isEmpty() || network.isOwn(address.get())) return Optional.empty();
        return network.towards(address.get())
                // a private address beyond the default route is not the one that was meant
                .filter(r -> endpoint.kind() != EndpointKind.LAN || !r.isDefault())
                .map(MainRoute::device)
                .filter(d -> !TunnelName.isOurs(d));
    }
}
