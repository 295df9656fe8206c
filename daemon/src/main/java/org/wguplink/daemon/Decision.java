package org.wguplink.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.DataPath;

/** Asks the core which path carries new flows, and makes the kernel follow. Loop thread only. */
public final class Decision {
    private static final Logger LOG = System.getLogger(Decision.class.getName());

    private static final Duration ADOPTION = Duration.ofSeconds(10);

    /** What decides: {@link Failover#step}, or in a simulation that with a planted defect. */
    public interface Rule {
        Failover.Step step(FailoverState state, FailoverEvent event, MonoTime now);
    }

    /** The paths as they are at this moment. */
    interface Paths {
        List<PathRoute> routes();

        Optional<Integer> numberOf(PathId path);

        /** What they are used for when this was decided. */
        PathUse use(FailoverState state);

        FirewallPlan filter();

        /** Whether the filter says what it will say, as far as lending goes: an interface may be on its way. */
        boolean settled();

        /** New flows take another path since now. */
        void switched(PathId path, MonoTime now);
    }

    private final Rule rule;
    private final DataPath kernel;
    private final Paths paths;
    private final MonoTime startedAt = EventLoop.now();
    private FailoverState state;
    /** Whether the kernel still forwards on the last decision of an earlier run, which is better than none. */
    private boolean adopting;

    private boolean off;
    private MonoTime routedAt = EventLoop.now();

    private final InstantSource clock;
    private Instant since;

    Decision(Rule rule, DataPath kernel, Paths paths, boolean automatic, InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant();
        this.rule = rule;
        this.kernel = kernel;
        this.paths = paths;
        this.state = FailoverState.start(automatic, startedAt);
        this.adopting = kernel.hasPlan();
    }

    FailoverState state() {
        return state;
    }

    /** When the path in use was chosen. */
    Instant since() {
        return since;
    }

    /** The one place where a decision is taken and carried out: first the kernel, then everybody else. */
    void take(FailoverEvent event, MonoTime now) {
        if (event instanceof FailoverEvent.Judged(var path, var verdict, var why) && verdict == Verdict.SUSPECT)
            prepare(path, why, now);
        FailoverState before = state;
        Failover.Step step = rule.step(state, event, now);
        state = step.state();
        // a policy may lead elsewhere though the other flows do not
        boolean stays = step.commands().stream().noneMatch(Activate.class::isInstance);
        if (stays && !adopting && !before.standings().equals(state.standings())) route();
        if (step.commands().isEmpty()) return;
        if (adopting && !adopts()) kernel.filter(paths.filter());
        for (FailoverCommand command : step.commands())
            switch (command) {
                case Activate activate -> route();
                case DropFlows(var path) -> paths.numberOf(path).ifPresent(number -> dropFlows(number));
            }
        MonoTime inKernel = routedAt;
        for (FailoverCommand command : step.commands())
            if (command instanceof Activate(var path, var why)) {
                // after the flows, which wait for nothing but routes and the end of the old ones
                leadQueries();
                since = clock.instant();
                LOG.log(
                        Level.INFO,
                        "new flows go by {0}: {1} (kernel after {2} ms)",
                        path,
                        why,
                        "%.2f".formatted(inKernel.since(now).toNanos() / 1e6));
                paths.switched(path, now);
            }
    }

    /** The path may die within the next milliseconds: all that can be done beforehand is done. */
    private void prepare(PathId path, String why, MonoTime now) {
        paths.numberOf(path).ifPresent(kernel::suspected);
        var dead = new FailoverEvent.Judged(path, Verdict.DOWN, why);
        Failover.Step step = Failover.step(state, dead, now);
        for (FailoverCommand command : step.commands())
            if (command instanceof Activate) kernel.rehearse(paths.routes(), paths.use(step.state()));
    }

    /** Ends the flows that are pinned to a path that is dead or gone; new ones take another already. */
    void dropFlows(int number) {
        // a socket of this machine keeps the address of the WAN where it began, and thus that WAN
        Optional<Integer> active = paths.numberOf(state.active());
        Set<String> devices = paths.routes().stream()
                .filter(PathRoute::own)
                .filter(own -> own.number() == number || active.equals(Optional.of(own.number())))
                .map(PathRoute::device)
                .collect(Collectors.toSet());
        if (!devices.isEmpty() && !off) kernel.moved(devices);
        kernel.dropFlows(number);
    }

    /** Goes on with the path on which the kernel forwards since an earlier run, when it was taken up again. */
    void resume(Function<String, Optional<? extends PathId>> pathOf, MonoTime now) {
        if (!adopting) return;
        PathId before = state.active();
        kernel.activeDevice().flatMap(pathOf).ifPresent(path -> take(new FailoverEvent.Resumed(path), now));
        if (state.active().equals(before)) return;
        LOG.log(Level.INFO, "new flows still go by {0}: {1}", state.active(), state.why());
        paths.switched(state.active(), now);
    }

    /**
     * Makes routes, rules and packet filter follow the paths; nothing happens when they do already. Whether a packet
     * filter is in force that keeps consumers in bounds.
     */
    boolean replan() {
        if (off || adopts()) return adopting;
        route();
        boolean inForce = kernel.filter(paths.filter());
        leadQueries();
        return inForce;
    }

    /**
     * What an earlier run left stays until there is something better to say: the own WAN was judged and what we lend is
     * clear, an uplink was chosen, or the time is over in which uplinks should have come back.
     */
    private boolean adopts() {
        if (!adopting) return false;
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
        PathId active = state.active();
        kernel.resolveBy(active instanceof PathId.Uplink ? paths.numberOf(active) : Optional.empty());
    }

    private void route() {
        if (off) return;
        kernel.route(paths.routes(), paths.use(state));
        routedAt = EventLoop.now();
    }
}
