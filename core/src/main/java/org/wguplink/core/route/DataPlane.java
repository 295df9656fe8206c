package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.net.Family;

/**
 * The routes and rules of a node, from its paths and the path in use.
 *
 * <p>For both families, in the order in which the kernel asks: packets of served consumers go to the own WAN or nowhere;
 * WireGuard's outer packets keep to the main table; everything that main knows better than by its default goes there;
 * marked flows and bound sockets keep to their path; the rest takes the active table, which says {@code throw} while the
 * own WAN serves, so that whatever comes after us (other VPNs, mwan3) behaves as without us.
 */
public final class DataPlane {
    private DataPlane() {}

    /**
     * The plan.
     *
     * @param active the number of the path that carries new flows
     * @param served the interface on which consumers are served
     */
    public static RoutePlan plan(List<PathRoute> paths, int active, Optional<String> served) {
        var routes = new LinkedHashSet<Route>();
        var rules = new LinkedHashSet<Rule>();
        for (Family family : Family.values()) {
            routes.add(activeRoute(paths, active, family));
            served.ifPresent(device -> {
                rules.add(Rule.lookup(family, Layout.PREF_SERVED, Layout.table(PathRoute.WAN))
                        .withInDevice(device));
                rules.add(Rule.prohibit(family, Layout.PREF_SERVED_ELSE, device));
            });
            rules.add(Rule.lookup(family, Layout.PREF_OUTER, RouteTable.MAIN).withMark(Layout.OUTER));
            rules.add(Rule.lookup(family, Layout.PREF_MAIN, RouteTable.MAIN).withSuppressPrefixLength(0));
            for (PathRoute path : paths) {
                RouteTable table = Layout.table(path.number());
                routesOf(path, family).forEach(routes::add);
                rules.add(Rule.lookup(family, Layout.PREF_MARK + path.number(), table)
                        .withMark(Layout.mark(path.number())));
                rules.add(Rule.lookup(family, Layout.PREF_DEVICE + path.number(), table)
                        .withOutDevice(path.device()));
            }
            rules.add(Rule.lookup(family, Layout.PREF_ACTIVE, Layout.ACTIVE));
        }
        return new RoutePlan(routes, rules);
    }

    private static Route activeRoute(List<PathRoute> paths, int active, Family family) {
        if (active == PathRoute.WAN) return Route.ending(family, Layout.ACTIVE, Route.Type.THROW, 0);
        PathRoute path = paths.stream()
                .filter(p -> p.number() == active)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no path has the number " + active));
        Optional<InetAddress> gateway = path.gateways().get(family);
        return gateway == null
                ? Route.ending(family, Layout.ACTIVE, Route.Type.UNREACHABLE, 0)
                : Route.via(family, Layout.ACTIVE, path.device(), gateway);
    }

    private static List<Route> routesOf(PathRoute path, Family family) {
        RouteTable table = Layout.table(path.number());
        Route end = Route.ending(family, table, Route.Type.UNREACHABLE, Layout.LAST_METRIC);
        Optional<InetAddress> gateway = path.gateways().get(family);
        return gateway == null ? List.of(end) : List.of(Route.via(family, table, path.device(), gateway), end);
    }
}
