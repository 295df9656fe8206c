package org.wguplink.core.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** All routes and rules of ours that the kernel is to hold; nothing else of ours may be there. */
public record RoutePlan(SequencedSet<Route> routes, SequencedSet<Rule> rules) {
    public static final RoutePlan EMPTY = new RoutePlan(new LinkedHashSet<>(), new LinkedHashSet<>());

    public RoutePlan {
        routes = new LinkedHashSet<>(routes);
        rules = new LinkedHashSet<>(rules);
    }

    /** One change to the kernel. */
    public sealed interface Change {
        /** Add, or replace the route of the same family, table, destination and metric. */
        record PutRoute(Route route) implements Change {}

        record DeleteRoute(Route route) implements Change {}

        record AddRule(Rule rule) implements Change {}

        record DeleteRule(Rule rule) implements Change {}
    }

    /**
     * The changes that turn {@code installed} into this plan. Routes come before the rules that point to them, additions
     * before deletions, so that no packet meets a gap; a route that is merely replaced is not deleted.
     */
    public List<Change> changesFrom(RoutePlan installed) {
        var changes = new ArrayList<Change>();
        for (Route route : routes) if (!installed.routes.contains(route)) changes.add(new Change.PutRoute(route));
        for (Rule rule : rules) if (!installed.rules.contains(rule)) changes.add(new Change.AddRule(rule));
        for (Rule rule : installed.rules) if (!rules.contains(rule)) changes.add(new Change.DeleteRule(rule));
        for (Route route : installed.routes) {
            boolean replaced = routes.stream().anyMatch(r -> sameSlot(r, route));
            if (!replaced) changes.add(new Change.DeleteRoute(route));
        }
        return changes;
    }

    /** Whether putting {@code a} replaces {@code b}: the kernel's key of a route. */
    private static boolean sameSlot(Route a, Route b) {
        return a.family() == b.family()
                && a.table().equals(b.table())
                && a.destination().equals(b.destination())
                && a.metric() == b.metric();
    }
}
