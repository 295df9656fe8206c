package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;

/**
 * The routes and rules of a node, from its paths and what they are used for.
 *
 * <p>For both families, in the order in which the kernel asks: packets of served consumers go to an own WAN or nowhere;
 * WireGuard's outer packets keep to their underlay, and to an own WAN that lives; everything that main knows better than by
 * its default goes there; marked flows and bound sockets keep to their path; what the user has a policy for goes by that;
 * packets from an own WAN's address keep to it; the rest takes the active table, which says {@code throw} while the own WAN serves that main prefers, so that whatever
 * comes after us (other VPNs, mwan3) behaves as without us.
 */
public final class DataPlane {
    private DataPlane() {}

    /** The plan. */
    public static RoutePlan plan(List<PathRoute> paths, PathUse use) {
        var routes = new LinkedHashSet<Route>();
        var rules = new LinkedHashSet<Rule>();
        for (Family family : Family.values()) {
            routes.add(activeRoute(paths, use, family));
            addOuter(family, use, routes, rules);
            use.served().ifPresent(device -> {
                addNarrow(family, device, use, routes);
                addServed(family, device, paths, use, rules);
            });
            rules.add(Rule.lookup(family, Layout.PREF_MAIN, RouteTable.MAIN).withSuppressPrefixLength(0));
            use.foreignPorts().stream()
                    .sorted()
                    .forEach(port -> rules.add(Rule.lookup(family, Layout.PREF_FOREIGN_OUTER, Layout.OUTER_TABLE)
                            .withUdpSourcePort(port)));
            for (PathRoute path : paths) addPath(family, path, routes, rules);
            for (PolicyRoute policy : use.policies()) if (policy.family() == family) addPolicy(policy, rules);
            rules.add(Rule.lookup(family, Layout.PREF_ACTIVE, Layout.ACTIVE));
        }
        return new RoutePlan(routes, rules);
    }

    private static Route activeRoute(List<PathRoute> paths, PathUse use, Family family) {
        Route asWithoutUs = Route.ending(family, Layout.ACTIVE, Route.Type.THROW, 0);
        if (use.refused().contains(family)) return Route.ending(family, Layout.ACTIVE, Route.Type.UNREACHABLE, 0);
        Integer active = use.active().get(family);
        if (active == null) return asWithoutUs;
        PathRoute path = paths.stream()
                .filter(p -> active.equals(p.number()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no path has the number " + active));
        boolean mainPrefersAnother = paths.stream()
                .anyMatch(p -> p.own()
                        && !active.equals(p.number())
                        && p.device().equals(use.mainDefaults().get(family)));
        if (path.own() && !mainPrefersAnother) return asWithoutUs;
        Optional<InetAddress> gateway = path.gateways().get(family);
        return gateway == null
                ? Route.ending(family, Layout.ACTIVE, Route.Type.UNREACHABLE, 0)
                : Route.via(family, Layout.ACTIVE, path.device(), gateway).withMtu(path.mtu());
    }

    /** Without its end the table would let outer packets fall through to the active one, and thus into a tunnel. */
    private static void addOuter(Family family, PathUse use, SequencedSet<Route> routes, SequencedSet<Rule> rules) {
        NextHop outer = use.outer().get(family);
        if (outer != null) routes.add(Route.via(family, Layout.OUTER_TABLE, outer.device(), outer.gateway()));
        routes.add(Route.ending(family, Layout.OUTER_TABLE, Route.Type.UNREACHABLE, Layout.LAST_METRIC));
        rules.add(Rule.lookup(family, Layout.PREF_OUTER_MAIN, RouteTable.MAIN)
                .withMark(Layout.OUTER)
                .withSuppressPrefixLength(0));
        rules.add(Rule.lookup(family, Layout.PREF_OUTER, Layout.OUTER_TABLE).withMark(Layout.OUTER));
    }

    /** What is too large for a consumer's path is refused as such here, instead of lost on the way. */
    private static void addNarrow(Family family, String device, PathUse use, SequencedSet<Route> routes) {
        use.narrow().entrySet().stream()
                .filter(consumer -> Family.of(consumer.getKey()) == family)
                .map(consumer -> Route.toConsumer(consumer.getKey(), device, consumer.getValue()))
                .sorted(Comparator.comparing(Route::toString))
                .forEach(routes::add);
    }

    /** Flows that began on another own WAN end there, as long as it lives. */
    private static void addServed(
            Family family, String device, List<PathRoute> paths, PathUse use, SequencedSet<Rule> rules) {
        List<PathRoute> own = paths.stream().filter(PathRoute::own).toList();
        if (own.size() > 1)
            for (PathRoute wan : own)
                rules.add(Rule.lookup(family, Layout.PREF_SERVED_PINNED, Layout.table(wan.number()))
                        .withMark(Layout.mark(wan.number()))
                        .withInDevice(device));
        use.lent()
                .ifPresent(number -> rules.add(Rule.lookup(family, Layout.PREF_SERVED, Layout.table(number))
                        .withInDevice(device)));
        rules.add(Rule.prohibit(family, Layout.PREF_SERVED_ELSE, device));
    }

    private static void addPath(Family family, PathRoute path, SequencedSet<Route> routes, SequencedSet<Rule> rules) {
        RouteTable table = Layout.table(path.number());
        Optional<InetAddress> gateway = path.gateways().get(family);
        if (gateway != null)
            routes.add(Route.via(family, table, path.device(), gateway).withMtu(path.mtu()));
        routes.add(Route.ending(family, table, Route.Type.UNREACHABLE, Layout.LAST_METRIC));
        rules.add(Rule.lookup(family, Layout.PREF_MARK + path.number(), table)
                .withMark(Layout.flowsAndProbes(path.number())));
        rules.add(Rule.lookup(family, Layout.PREF_DEVICE + path.number(), table).withOutDevice(path.device()));
        path.sources().stream()
                .filter(address -> Family.of(address) == family)
                .map(InetNetwork::host)
                .sorted(Comparator.comparing(InetNetwork::toString))
                .forEach(source ->
                        rules.add(Rule.lookup(family, Layout.PREF_SOURCE, table).withSource(source)));
    }

    /**
     * New flows of a policy take the table of its path, whose end holds also when the kernel takes the route away, or are
     * refused. A switch adds the new rule before it deletes the old.
     */
    private static void addPolicy(PolicyRoute policy, SequencedSet<Rule> rules) {
        policy.selector()
                .mark()
                .ifPresent(mark ->
                        rules.add(policyRule(Layout.PREF_POLICY_MARK, policy).withMark(mark)));
        policy.selector().sources().stream()
                .filter(source -> source.family() == policy.family())
                .sorted(Comparator.comparing(InetNetwork::toString))
                .forEach(source ->
                        rules.add(policyRule(Layout.PREF_POLICY_SOURCE, policy).withSource(source)));
    }

    private static Rule policyRule(int priority, PolicyRoute policy) {
        return policy.path()
                .map(number -> Rule.lookup(policy.family(), priority, Layout.table(number)))
                .orElseGet(() -> Rule.prohibit(policy.family(), priority));
    }
}
