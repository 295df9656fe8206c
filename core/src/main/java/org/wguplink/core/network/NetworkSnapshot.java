package org.wguplink.core.network;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.tunnel.TunnelName;

/** Links by name, addresses and routes of the main table, as read at one moment. */
public record NetworkSnapshot(Map<String, Link> links, List<DeviceAddress> addresses, List<MainRoute> routes) {
    public static final NetworkSnapshot EMPTY = new NetworkSnapshot(Map.of(), List.of(), List.of());

    public NetworkSnapshot {
        links = Map.copyOf(links);
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** The same without a device's addresses and routes. */
    public NetworkSnapshot without(String device) {
        return new NetworkSnapshot(
                links,
                addresses.stream().filter(a -> !a.device().equals(device)).toList(),
                routes.stream().filter(r -> !r.device().equals(device)).toList());
    }

    public Optional<Link> link(String name) {
        return Optional.ofNullable(links.get(name));
    }

    /** The default route of a device with the lowest metric. */
    public Optional<MainRoute> defaultRoute(String device, Family family) {
        return defaultRoutes(family).filter(r -> r.device().equals(device)).findFirst();
    }

    /** Default routes, lowest metric first. */
    public Stream<MainRoute> defaultRoutes(Family family) {
        return routes.stream()
                .filter(r -> r.isDefault() && r.destination().family() == family)
                .sorted(Comparator.comparingLong(MainRoute::metric));
    }

    /** The same without what our own tunnels bring: what their outer packets may take. */
    public NetworkSnapshot underlay() {
        return new NetworkSnapshot(
                Map.of(),
                addresses.stream().filter(a -> !TunnelName.isOurs(a.device())).toList(),
                routes.stream().filter(r -> !TunnelName.isOurs(r.device())).toList());
    }

    /** Whether the address is one of this node's own. */
    public boolean isOwn(InetAddress address) {
        return addresses.stream().anyMatch(a -> a.address().equals(address));
    }

    /** The route of the main table that packets to the address take: the longest prefix, then the lowest metric. */
    public Optional<MainRoute> towards(InetAddress address) {
        return routes.stream()
                .filter(r -> r.destination().contains(address))
                .max(Comparator.comparingInt((MainRoute r) -> r.destination().prefixLength())
                        .thenComparing(
                                Comparator.comparingLong(MainRoute::metric).reversed()));
    }

    /**
     * Every prefix that is this node's own side of things: its addresses' networks, and what it routes elsewhere than to
     * the given devices.
     */
    public Stream<InetNetwork> prefixesBehind(Set<String> wans) {
        return new NetworkSnapshot(
                        links,
                        addresses,
                        routes.stream().filter(r -> !wans.contains(r.device())).toList())
                .prefixesInUse();
    }

    /** Every prefix in use here: on-link networks and routed destinations, the default route left out. */
    public Stream<InetNetwork> prefixesInUse() {
        return Stream.concat(
                        addresses.stream().map(DeviceAddress::network),
                        routes.stream().map(MainRoute::destination).filter(d -> d.prefixLength() > 0))
                .filter(n -> !n.address().isLoopbackAddress() && !n.address().isLinkLocalAddress())
                .distinct();
    }
}
