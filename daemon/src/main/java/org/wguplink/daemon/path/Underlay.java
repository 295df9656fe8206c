package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.NextHop;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.linux.ffi.OsException;

/** What carries the outer packets of WireGuard, ours and of interfaces that the user has. Loop thread only. */
public final class Underlay {
    private static final Logger LOG = System.getLogger(Underlay.class.getName());

    private final Loop loop;
    private final RouteLookup lookup;
    private final Loop.Blocking<Set<Integer>> ports;
    private final Runnable changed;
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    private Set<String> devices = Set.of();
    private Set<Integer> foreignPorts = Set.of();
    private Map<Family, NextHop> lastOuter = Map.of();
    private Map<Family, String> mainDefaults = Map.of();
    private Map<PathId.Uplink, Ride> rides = Map.of();

    /** The device that packets with a mark take to an address; empty when there is no way. */
    public interface RouteLookup {
        Optional<String> deviceTowards(InetAddress address, FwMark mark) throws OsException;
    }

    /**
     * @param ports of foreign WireGuard interfaces
     * @param changed called when these are others
     */
    public Underlay(Loop loop, RouteLookup lookup, Loop.Blocking<Set<Integer>> ports, Runnable changed) {
        this.loop = loop;
        this.lookup = lookup;
        this.ports = ports;
        this.changed = changed;
    }

    public void observe(NetworkSnapshot snapshot) {
        network = snapshot;
        var defaults = new EnumMap<Family, String>(Family.class);
        for (Family family : Family.values())
            network.defaultRoutes(family)
                    .filter(r -> !TunnelName.isOurs(r.device()))
                    .findFirst()
                    .ifPresent(r -> defaults.put(family, r.device()));
        mainDefaults = Map.copyOf(defaults);
        Set<String> others = new TreeSet<>(snapshot.links().keySet());
        others.removeIf(TunnelName::isOurs);
        if (others.equals(devices)) return;
        devices = others;
        lookForForeign();
    }

    /** Looks for WireGuard interfaces that are not ours, and their ports, since these may change unheard. */
    public void lookForForeign() {
        loop.work(
                ports,
                found -> {
                    if (found.equals(foreignPorts)) return;
                    foreignPorts = found;
                    changed.run();
                },
                e -> LOG.log(Level.DEBUG, "foreign WireGuard interfaces: {0}", Failures.text(e)));
    }

    public Set<Integer> foreignPorts() {
        return foreignPorts;
    }

    /** The device of the main table's best default route. */
    public Map<Family, String> mainDefaults() {
        return mainDefaults;
    }

    /**
     * Where outer packets go that no narrower route of main takes: by the first own WAN that is not known to be dead, then
     * by another default route of main, then by an own WAN all the same.
     */
    public Map<Family, NextHop> outer(List<OwnWan> wans) {
        Set<String> own = new TreeSet<>(wans.stream().map(OwnWan::device).toList());
        Map<Family, NextHop> outer = new EnumMap<>(Family.class);
        for (Family family : Family.values())
            Stream.of(
                            wans.stream()
                                    .filter(w -> w.verdict(family) != Verdict.DOWN)
                                    .flatMap(w -> hop(w, family)),
                            network.defaultRoutes(family)
                                    .filter(r -> isElsewhere(r, own))
                                    .map(Underlay::hop),
                            wans.stream().flatMap(w -> hop(w, family)))
                    .flatMap(hops -> hops)
                    .findFirst()
                    .ifPresent(hop -> outer.put(family, hop));
        return outer;
    }

    /** Whether outer packets go elsewhere than when this was asked last. */
    public boolean hasMoved(List<OwnWan> wans) {
        Map<Family, NextHop> outer = outer(wans);
        boolean moved = !outer.equals(lastOuter);
        lastOuter = outer;
        return moved;
    }

    private boolean isElsewhere(MainRoute route, Set<String> own) {
        return !own.contains(route.device())
                && !TunnelName.isOurs(route.device())
                && network.link(route.device()).filter(Link::usable).isPresent();
    }

    private static Stream<NextHop> hop(OwnWan wan, Family family) {
        return wan.route().stream()
                .filter(r -> r.gateways().containsKey(family))
                .map(r -> new NextHop(r.device(), r.gateways().getOrDefault(family, Optional.empty())));
    }

    private static NextHop hop(MainRoute route) {
        return new NextHop(route.device(), route.gateway());
    }

    /** That a tunnel's outer packets, of one family, leave by an own WAN. */
    private record Ride(PathId.OwnWan wan, Family outer) {}

    /** Looks which uplinks have a tunnel that leaves by an own WAN. */
    public void lookWhoRides(Map<PathId.Uplink, Endpoint> endpoints, OwnWans wans) {
        Map<PathId.Uplink, Ride> found = new HashMap<>();
        endpoints.forEach((uplink, endpoint) -> deviceTowards(endpoint)
                .map(PathId.OwnWan::new)
                .filter(wan -> wans.of(wan).isPresent())
                .ifPresent(wan -> found.put(
                        uplink, new Ride(wan, Family.of(endpoint.address().orElseThrow())))));
        rides = found;
    }

    /**
     * The uplinks that die with what an own WAN carries of a family: their tunnels ride it by that, or by the other family,
     * which is not known to live there.
     */
    public Map<PathId.Uplink, PathId.OwnWan> riding(Family family, OwnWans wans) {
        Map<PathId.Uplink, PathId.OwnWan> riding = new HashMap<>();
        rides.forEach((uplink, ride) -> wans.of(ride.wan)
                .filter(wan -> ride.outer == family || !wan.apart() || wan.verdict(ride.outer) != Verdict.UP)
                .ifPresent(wan -> riding.put(uplink, wan.id())));
        return riding;
    }

    /** The device that carries a tunnel's outer packets to this endpoint; empty when there is no way. */
    public Optional<String> deviceTowards(Endpoint endpoint) {
        if (endpoint.address().isEmpty()) return Optional.empty();
        try {
            return lookup.deviceTowards(endpoint.address().get(), Layout.OUTER);
        } catch (OsException e) {
            return Optional.empty();
        }
    }
}
