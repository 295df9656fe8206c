package org.wguplink.linux.netlink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.ForeignRule;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.core.route.RoutePlan.Change;
import org.wguplink.core.route.Router;
import org.wguplink.core.route.RouterException;
import org.wguplink.core.route.Rule;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;

/**
 * Makes the kernel's routes and rules match a plan: what differs goes out in one send, of some 10 us. It remembers what it
 * installed. The kernel drops routes by itself when a device goes down, and others may interfere: {@link #forget()} makes
 * the next {@link #apply} read what is really there. Thread-safe.
 */
public final class NetlinkRouter implements Router, AutoCloseable {
    /** Bounds the answers that wait in the socket's buffer. */
    private static final int BATCH = 64;

    private static final int MOST_STEPS = 5;

    private final NetlinkSocket socket;
    private Optional<RoutePlan> installed = Optional.empty();

    /** What turns one plan into another, worked out. */
    private record Step(RoutePlan from, RoutePlan to, RoutePlan normal, List<Change> changes) {}

    /** The last few, newest first. */
    private final Deque<Step> steps = new ArrayDeque<>();

    private record Failure(Change change, String reason) {}

    public NetlinkRouter() throws OsException {
        socket = new NetlinkSocket("routing", NetlinkSocket.ROUTE, 0);
    }

    @Override
    public synchronized void apply(RoutePlan desired) throws RouterException {
        try {
            Step step = step(installed(), desired);
            RoutePlan normal = step.normal;
            if (step.changes.isEmpty()) return;
            List<Failure> failures = carryOut(step.changes);
            if (failures.isEmpty()) {
                installed = Optional.of(normal);
                return;
            }
            // what we knew was out of date, or the kernel refuses: only the kernel knows what is there now
            forget();
            List<Change> rest = normal.changesFrom(installed());
            failures = carryOut(rest);
            forget();
            if (!failures.isEmpty()) throw new RouterException(describe(failures));
        } catch (OsException e) {
            forget();
            throw new RouterException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Does all that {@link #apply} does but send it: that is then all that is left to do. */
    public synchronized void rehearse(RoutePlan desired) throws OsException {
        if (installed.isEmpty()) return;
        Step step = step(installed.get(), desired);
        MessageWriter writer = socket.writer().clear();
        for (Change change : step.changes) write(writer, change);
        writer.clear();
    }

    /** Plans are compared by identity, since it is for those that are used again. */
    @SuppressWarnings("ReferenceEquality")
    private Step step(RoutePlan from, RoutePlan to) {
        for (Step step : steps) if (step.from == from && step.to == to) return step;
        RoutePlan normal = normal(to);
        var step = new Step(from, to, normal, normal.changesFrom(from));
        steps.addFirst(step);
        if (steps.size() > MOST_STEPS) steps.removeLast();
        return step;
    }

    /** Makes the next {@link #apply} read what the kernel has. */
    public synchronized void forget() {
        installed = Optional.empty();
    }

    /** Removes every route and rule of ours, whoever installed them. */
    public synchronized void removeAll() throws RouterException {
        forget();
        apply(RoutePlan.EMPTY);
    }

    /** Our routes and rules as the kernel has them. */
    public synchronized RoutePlan read() throws OsException {
        var routes = new LinkedHashSet<Route>();
        var rules = new LinkedHashSet<Rule>();
        NetworkReader.dumpLinks(socket.writer().clear());
        Map<Integer, String> names = NetworkReader.namesByIndex(socket.dump("read", "links"));
        for (Family family : Family.values()) {
            RouteMessages.dump(socket.writer().clear(), family);
            for (Message message : socket.dump("read routes of", family.toString()))
                RouteMessages.decode(message, family, names::get).ifPresent(routes::add);
            RuleMessages.dump(socket.writer().clear(), family);
            for (Message message : socket.dump("read rules of", family.toString()))
                RuleMessages.decode(message, family).ifPresent(rules::add);
        }
        return new RoutePlan(routes, rules);
    }

    /** The rules of everybody else, the kernel's three among them. */
    public synchronized List<ForeignRule> foreignRules() throws OsException {
        var rules = new ArrayList<ForeignRule>();
        for (Family family : Family.values()) {
            RuleMessages.dump(socket.writer().clear(), family);
            for (Message message : socket.dump("read rules of", family.toString()))
                RuleMessages.foreign(message, family).ifPresent(rules::add);
        }
        return rules;
    }

    @Override
    public synchronized void close() {
        socket.close();
    }

    private RoutePlan installed() throws OsException {
        if (installed.isEmpty()) installed = Optional.of(read());
        return installed.get();
    }

    /** Carries out what can be: a device that has just vanished must not hold up the switch to another. */
    private List<Failure> carryOut(List<Change> changes) throws OsException {
        var failures = new ArrayList<Failure>();
        for (int from = 0; from < changes.size(); from += BATCH) {
            Map<Integer, Change> bySequence = new LinkedHashMap<>();
            MessageWriter writer = socket.writer().clear();
            for (Change change : changes.subList(from, Math.min(from + BATCH, changes.size()))) {
                try {
                    write(writer, change);
                    bySequence.put(writer.sequence(), change);
                } catch (OsException e) {
                    failures.add(new Failure(change, String.valueOf(e.getMessage())));
                }
            }
            for (NetlinkSocket.Refusal refusal : socket.transact()) {
                Change change = bySequence.get(refusal.sequence());
                if (change == null || isDone(change, refusal.errno())) continue;
                var reason = new OsException(verb(change), subject(change), refusal.errno(), refusal.detail());
                failures.add(new Failure(change, String.valueOf(reason.getMessage())));
            }
        }
        return failures;
    }

    /** The kernel has taken away by itself what was to go, such as the routes of a device that went down. */
    private static boolean isDone(Change change, int errno) {
        return (change instanceof Change.DeleteRoute && errno == Errno.ESRCH)
                || (change instanceof Change.DeleteRule && errno == Errno.ENOENT);
    }

    private void write(MessageWriter writer, Change change) throws OsException {
        switch (change) {
            case Change.PutRoute(Route route) -> RouteMessages.put(writer, route, device(route));
            case Change.DeleteRoute(Route route) -> RouteMessages.delete(writer, route, device(route));
            case Change.AddRule(Rule rule) -> RuleMessages.add(writer, rule);
            case Change.DeleteRule(Rule rule) -> RuleMessages.delete(writer, rule);
        }
    }

    private int device(Route route) throws OsException {
        return route.device().isPresent()
                ? socket.devices().indexOf(route.device().get())
                : 0;
    }

    private static RoutePlan normal(RoutePlan plan) {
        var routes = new LinkedHashSet<Route>();
        for (Route route : plan.routes()) routes.add(RouteMessages.normal(route));
        return new RoutePlan(routes, plan.rules());
    }

    private static String describe(List<Failure> failures) {
        Failure first = failures.getFirst();
        return failures.size() == 1 ? first.reason : "%s (and %d more)".formatted(first.reason, failures.size() - 1);
    }

    private static String verb(Change change) {
        return switch (change) {
            case Change.PutRoute _ -> "put route";
            case Change.DeleteRoute _ -> "delete route";
            case Change.AddRule _ -> "add rule";
            case Change.DeleteRule _ -> "delete rule";
        };
    }

    private static String subject(Change change) {
        return switch (change) {
            case Change.PutRoute(Route route) -> route.toString();
            case Change.DeleteRoute(Route route) -> route.toString();
            case Change.AddRule(Rule rule) -> rule.toString();
            case Change.DeleteRule(Rule rule) -> rule.toString();
        };
    }
}
