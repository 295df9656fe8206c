package org.wguplink.core.endpoint;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.tunnel.TunnelName;

/**
 * What a node says of where it can be reached: first what its user says, then its address on the mesh, those of its WANs,
 * and those of its inner side.
 */
public final class OwnEndpoints {
    /** A device may have many temporary IPv6 addresses (RFC 8981); the first ones stand for all. */
    private static final int MOST_OF_A_DEVICE = 2;

    private OwnEndpoints() {}

    /**
     * At most {@link TypedEndpoint#MOST}.
     *
     * @param wans devices of the own WANs
     * @param mesh the address that the mesh knows
     * @param port UDP, on which WireGuard listens on every address
     * @param stated by the user: names, or addresses of a NAT in front of this node
     */
    public static List<TypedEndpoint> of(
            NetworkSnapshot network, Set<String> wans, Optional<InetAddress> mesh, int port, List<Endpoint> stated) {
        // by endpoint: what the user says of an address, or the mesh, is not said again
        Map<Endpoint, TypedEndpoint> found = new LinkedHashMap<>();
        var all = new ArrayList<TypedEndpoint>();
        for (Endpoint endpoint : stated)
            if (endpoint.address().isEmpty()) {
                all.add(new TypedEndpoint(EndpointKind.V4, endpoint));
                all.add(new TypedEndpoint(EndpointKind.V6, endpoint));
            } else {
                add(found, onTheInternet(endpoint.address().get()), endpoint);
            }
        mesh.ifPresent(address -> add(found, EndpointKind.MESH, Endpoint.of(address, port)));
        for (boolean wan : new boolean[] {true, false})
            for (String device : network.links().keySet().stream().sorted().toList())
                if (wans.contains(device) == wan && !TunnelName.isOurs(device))
                    for (InetAddress address : some(network, device))
                        add(
                                found,
                                wan && !Addresses.isPrivate(address) ? onTheInternet(address) : EndpointKind.LAN,
                                Endpoint.of(address, port));
        all.addAll(found.values());
        return all.stream().limit(TypedEndpoint.MOST).toList();
    }

    private static List<InetAddress> some(NetworkSnapshot network, String device) {
        var addresses = new ArrayList<InetAddress>();
        for (Family family : Family.values())
            network.addresses().stream()
                    .filter(a -> a.device().equals(device))
                    .map(DeviceAddress::address)
                    .filter(a -> Family.of(a) == family)
                    .limit(MOST_OF_A_DEVICE)
                    .forEach(addresses::add);
        return addresses;
    }

    private static void add(Map<Endpoint, TypedEndpoint> found, EndpointKind kind, Endpoint endpoint) {
        if (endpoint.address().filter(a -> TypedEndpoint.fits(kind, a)).isPresent())
            found.putIfAbsent(endpoint, new TypedEndpoint(kind, endpoint));
    }

    private static EndpointKind onTheInternet(InetAddress address) {
        return Family.of(address) == Family.IPV4 ? EndpointKind.V4 : EndpointKind.V6;
    }
}
