package org.wguplink.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.DataPath;

/** Asks the core which path carries new flows of each family, and makes the kernel follow. Loop thread only. */
public final class Decision {
    private static final Logger LOG = System.getLogger(Decision.class.getName());

    /** How a path may die: mostly by one family after the other, as each finds out. */
    private static final List<Set<Family>> DEATHS = List.of(Set.of(Family.IPV4), Set.of(Family.IPV6), Family.BOTH);

    /** The second family is suspected right after the first. */
    private static final Duration WARM = Duration.ofMillis(10);

    private static final Duration ADOPTION = Duration.ofSeconds(10);
    /** A family that goes the way of the other within this has gone with it. */
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    /** The paths as they are at this moment. */
    interface Paths {
        List<PathRoute> routes();

        Optional<Integer> numberOf(PathId path);

        /** What these are used for when this was decided. */
        PathUse use(FamilyStates states, List<PathRoute> routes);

        /** How new flows of the LAN are shared when this was decided. */
        Map<Family, Shares> shares(FamilyStates states);

        FirewallPlan filter();

        /** Whether the filter says what it will say, as far as lending goes: an interface may be on its way. */
        boolean settled();

        /** New flows of some family take another path since now, or are shared over others. */
        void switched(Map<Family, PathId> active, MonoTime now);
    }

    private final FamilyStates.Rule rule;
    private final DataPath kernel;
    private final Paths paths;
    private final MonoTime startedAt = EventLoop.now();
    private FamilyStates states;
    private FamilyStates rehearsed;
    private MonoTime rehearsedAt = EventLoop.now();
    /** Whether the kernel still forwards on the last decision of an earlier run, which is better than none. */
    private boolean adopting;

    private boolean off;
    private MonoTime routedAt = EventLoop.now();

    private final InstantSource clock;
    private Instant since;

    Decision(FamilyStates.Rule rule, DataPath kernel, Paths paths, boolean automatic, InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant();
        this.rule = rule;
        this.kernel = kernel;
        this.paths = paths;
        this.states = FamilyStates.start(automatic, startedAt);
        this.rehearsed = states;
        this.adopting = kernel.hasPlan();
    }

    /** Of IPv4, which is the one to speak of. */
    FailoverState state() {
        return states.ipv4();
    }

    FamilyStates states() {
        return states;
    }

    /** When the path in use by IPv4 was chosen. */
    Instant since() {
        return since;
    }

    /** Takes in what is of both families. */
    void take(FailoverEvent event, MonoTime now) {
        take(Family.BOTH, event, now);
    }

    /** The one place where a decision is taken and carried out: first the kernel, then everybody else. */
    void take(Set<Family> families, FailoverEvent event, MonoTime now) {
        if (event instanceof FailoverEvent.Judged judged && judged.verdict() == Verdict.SUSPECT)
            prepare(judged.path(), now);
        FamilyStates before = states;
        FamilyStates.Step step = states.step(families, event, now, rule);
        states = step.states();
        boolean news = families.stream()
                .anyMatch(f -> !before.of(f).standings().equals(states.of(f).standings()));
        // a policy may lead elsewhere, or a family be refused, though the other flows do not move
        if (!step.switches() && !adopting && news) route();
        if (news) tellOfRefusal(before);
        boolean shares = sharesAnew(before);
        if (!step.switches() && !shares && step.drops().isEmpty()) return;
        if (!off && adopting && !adopts()) kernel.filter(paths.filter());
        if (step.switches()) route();
        if (shares) share();
        step.drops()
                .forEach((path, ofFamilies) -> paths.numberOf(path).ifPresent(number -> dropFlows(number, ofFamilies)));
        if (shares) tellOfShares(before);
        if (!step.switches() && !shares) return;
        MonoTime inKernel = routedAt;
        // after the flows, which wait for nothing but routes and the end of the old ones
        leadQueries();
        step.commands()
                .forEach((family, commands) -> commands.forEach(command -> {
                    if (command instanceof Activate activate) tell(family, activate, inKernel.since(now), now);
                }));
        paths.switched(states.active(), now);
    }

    private void tell(Family family, Activate activate, Duration took, MonoTime now) {
        if (family == Family.IPV4) since = clock.instant();
        else if (!states.parted() && now.since(states.ipv4().since()).compareTo(TOGETHER) < 0) return;
        LOG.log(
                Level.INFO,
                "new {0}flows go by {1}: {2} (kernel after {3} ms)",
                family == Family.IPV4 ? "" : "IPv6 ",
                activate.path(),
                activate.why(),
                "%.2f".formatted(took.toNanos() / 1e6));
    }

    /** Whether new flows of a family are shared over others than before, or instead of another path. */
    private boolean sharesAnew(FamilyStates before) {
        return Family.BOTH.stream().anyMatch(family -> {
            FailoverState was = before.of(family);
            FailoverState is = states.of(family);
            if (!is.balance().sharing().equals(was.balance().sharing())) return true;
            boolean same = is.active().equals(was.active()) && is.balance().equals(was.balance());
            return !is.balance().sharing().isEmpty() && !same;
        });
    }

    private void tellOfShares(FamilyStates before) {
        Balance balance = states.ipv4().balance();
        if (!balance.sharing().equals(before.ipv4().balance().sharing()))
            LOG.log(
                    Level.INFO,
                    balance.sharing().isEmpty()
                            ? "new flows of the LAN are not shared any more"
                            : "new flows of the LAN are shared: " + balance);
    }

    private void tellOfRefusal(FamilyStates before) {
        for (Family family : Family.values())
            if (states.refuses(family) && !before.refuses(family))
                LOG.log(
                        Level.INFO,
                        "new IPv{0} flows are refused, since no path carries them: {1}",
                        family.version(),
                        states.of(family).standing(states.of(family).active()).why());
    }

    /**
     * The path may die within the next milliseconds: all that can be done beforehand is done, and what is done then is gone
     * through, since code and data that lay idle for a while take two or three times as long.
     */
    private void prepare(PathId path, MonoTime now) {
        paths.numberOf(path).ifPresent(kernel::suspected);
        if (!off && now.since(rehearsedAt).compareTo(WARM) > 0) rehearse(now);
    }

    /** What has changed since the last time is gone through again. */
    void stayReady(MonoTime now) {
        if (!off && !states.equals(rehearsed)) rehearse(now);
    }

    /** Goes through the death of the path in use, and does nothing of it; whether new flows would take another. */
    boolean rehearse(MonoTime now) {
        rehearsed = states;
        rehearsedAt = now;
        var dead = new FailoverEvent.Judged(state().active(), Verdict.DOWN, "rehearsed");
        List<PathRoute> routes = paths.routes();
        boolean switches = false;
        for (Set<Family> families : DEATHS) {
            FamilyStates.Step step = states.step(families, dead, now, Failover::step);
            if (!step.switches()) continue;
            switches = true;
            kernel.rehearse(routes, paths.use(step.states(), routes));
            step.drops()
                    .forEach((path, dropped) -> paths.numberOf(path).ifPresent(number -> {
                        var _ = touched(number, dropped, step.states());
                    }));
        }
        return switches;
    }

    /** Ends the flows that are pinned to a path that is dead or gone; new ones take another already. */
    void dropFlows(int number, Set<Family> families) {
        Set<String> devices = touched(number, families, states);
        if (!devices.isEmpty() && !off) kernel.moved(devices);
        kernel.dropFlows(number, families);
    }

    /** Own WANs by which packets of flows may still come that are pinned to this path, when this was decided. */
    private Set<String> touched(int number, Set<Family> families, FamilyStates states) {
        // a socket of this machine keeps the address of the WAN where it began, and thus that WAN
        Set<Integer> left = families.stream()
                .flatMap(f -> paths.numberOf(states.of(f).active()).stream())
                .collect(Collectors.toCollection(HashSet::new));
        left.add(number);
        return paths.routes().stream()
                .filter(PathRoute::own)
                .filter(own -> left.contains(own.number()))
                .map(PathRoute::device)
                .collect(Collectors.toSet());
    }

    /** Goes on with the paths on which the kernel forwards since an earlier run, when they were taken up again. */
    void resume(Function<String, Optional<? extends PathId>> pathOf, MonoTime now) {
        if (!adopting) return;
        FamilyStates before = states;
        var resumed = new LinkedHashMap<PathId, Set<Family>>();
        Map<Family, String> devices = kernel.activeDevices();
        for (Family family : Family.values())
            Optional.ofNullable(devices.getOrDefault(family, devices.get(family.other())))
                    .filter(device -> devices.containsKey(family) || !carries(device, family))
                    .flatMap(pathOf)
                    .ifPresent(path -> resumed.computeIfAbsent(path, p -> EnumSet.noneOf(Family.class))
                            .add(family));
        resumed.forEach((path, families) -> take(families, new FailoverEvent.Resumed(path), now));
        if (states.active().equals(before.active())) return;
        LOG.log(Level.INFO, "new flows still go by {0}: {1}", state().active(), state().why());
        paths.switched(states.active(), now);
    }

    private boolean carries(String device, Family family) {
        return paths.routes().stream()
                .anyMatch(r -> r.device().equals(device) && r.gateways().containsKey(family));
    }

    /**
     * Makes routes, rules and packet filter follow the paths; nothing happens when they do already. Whether a packet
     * filter is in force that keeps consumers in bounds.
     */
    boolean replan() {
        if (off || adopts()) return adopting;
        route();
        boolean inForce = kernel.filter(paths.filter());
        share();
        leadQueries();
        return inForce;
    }

    /**
     * What an earlier run left stays until there is something better to say: the own WAN was judged and what we lend is
     * clear, an uplink was chosen, or the time is over in which uplinks should have come back.
     */
    private boolean adopts() {
        if (!adopting) return false;
        FailoverState state = state();
        boolean ownWorks = state.paths().stream()
                .anyMatch(p -> p instanceof PathId.OwnWan && state.standing(p).up());
        boolean waits = ownWorks ? !paths.settled() : state.automatic() || !state.judged(state.home());
        adopting = waits
                && !(state.active() instanceof PathId.Uplink)
                && !startedAt.plus(ADOPTION).isDue(EventLoop.now());
        return adopting;
    }

    /** Nothing of ours is in the kernel, until it is switched on. */
    void switchOff() {
        off = kernel.clear();
    }

    boolean isOff() {
        return off;
    }

    void switchOn() {
        off = false;
    }

    /** Queries for names follow new flows. */
    private void leadQueries() {
        if (off) return;
        var uplinks = new EnumMap<Family, Integer>(Family.class);
        states.active().forEach((family, path) -> {
            if (path instanceof PathId.Uplink) paths.numberOf(path).ifPresent(number -> uplinks.put(family, number));
        });
        kernel.resolveBy(uplinks);
    }

    private void share() {
        if (!off && !adopting) kernel.shareBy(paths.shares(states));
    }

    private void route() {
        if (off) return;
        List<PathRoute> routes = paths.routes();
        kernel.route(routes, paths.use(states, routes));
        routedAt = EventLoop.now();
    }
}
