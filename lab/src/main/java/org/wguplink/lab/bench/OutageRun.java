package org.wguplink.lab.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import org.wguplink.core.health.Detection;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.meter.Fetches;
import org.wguplink.lab.meter.FreshFlows;
import org.wguplink.lab.meter.Leaks;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.TcpClients;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.mover.Mover;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Impairment;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;
import org.wguplink.lab.scenario.NotReached;
import org.wguplink.lab.scenario.Rescue;
import org.wguplink.lab.scenario.Switches;

/**
 * One fault, once, in a lab of its own: hold-downs grow with each failure, so a second run in the same lab would measure
 * those. C is the client; A and then B are its uplinks.
 */
final class OutageRun {
    static final List<String> NODES = List.of("A", "B", "C");
    static final String CLIENT = "C";
    /** Between two packets of the established flow. */
    private static final Duration BEAT = Duration.ofMillis(2);
    /** Steady replies after which an exit is the new one. */
    private static final Duration HOLD = Duration.ofMillis(1500);
    /** A dead path stays dead at least so long. */
    private static final Duration LEAST = Duration.ofSeconds(4);
    /** How long a limping path is watched. */
    private static final Duration LIMPING = Duration.ofSeconds(12);
    /** The same where it takes a while to be sure. */
    private static final Duration LIMPING_LONG = Duration.ofSeconds(60);

    /** New connections begun later than this after the fault count as those that it should not have harmed. */
    private static final Duration NOTICED = Duration.ofSeconds(1);
    /** Those begun so shortly before it is mended might wait until then. */
    private static final Duration PATIENT = Duration.ofSeconds(1);

    private static final Duration FLAP = Duration.ofSeconds(2);
    /** A new segment to a connection that the internet does not know vanishes, and nothing there says so. */
    private static final String SILENT_INTERNET = """
            table inet lab_silent {
                chain in { type filter hook input priority 0; tcp flags & (syn | rst) == 0 ct state new,invalid drop; }
                chain out { type filter hook output priority 0; tcp flags & rst == rst drop; }
            }
            """;

    /**
     * @param outage the longest silence, or all silences of a partial fault; empty when it never ended
     * @param exits names of the nodes whose WANs were used first and last
     * @param switches changes of the active path during the fault, as the client's daemon records them; zero without one
     * @param exitsSeen changes of the exit during the fault, as the internet sees new flows
     * @param verdictToKernel of each switch during the fault, until the routes were in the kernel
     * @param fresh until the first page came that was asked for after the fault; empty when none did
     * @param dnsOk which part of the queries got an address, 0 to 1, from a second after the fault until a
     *     second before it was mended
     * @param httpOk the same of the pages asked for
     * @param tcpResets from the first packet that came back by the new exit to the reset of each TCP client, at least
     *     zero; empty for a client that hangs; no entries without a switch
     * @param back empty when the first exit did not serve again in time, or this is not measured
     * @param leaked packets by place
     * @param stall how late the meter's own packets were at worst
     */
    record Result(
            Optional<Duration> outage,
            String exits,
            int switches,
            int exitsSeen,
            List<Duration> verdictToKernel,
            Optional<Duration> fresh,
            OptionalDouble dnsOk,
            OptionalDouble httpOk,
            Map<TcpClients.Kind, Optional<Duration>> tcpResets,
            Optional<Rescue.Failback> back,
            Map<String, Long> leaked,
            Duration stall) {}

    private record During(Optional<Duration> outage, String exits, int switches, int exitsSeen, Duration stall) {}

    /**
     * How long things are waited for, at most.
     *
     * @param never a dead path without a successor so long after counts as never recovered
     * @param flapping for how long the path comes and goes
     * @param hung a TCP client without a reset so long after the switch hangs
     * @param back from the mending until the first exit serves again
     * @param providerBack the same where it is a provider's; zero when that is not measured
     */
    record Patience(Duration never, Duration flapping, Duration hung, Duration back, Duration providerBack) {
        static final Patience USUAL = new Patience(
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(3),
                Duration.ofSeconds(40),
                Duration.ofSeconds(40));
    }

    private final Lab lab;
    private final LabNode client;
    /** Whose WAN serves before the fault, and fails. */
    private final LabNode home;

    private final Rescue rescue;
    private final Scenario scenario;
    private final Patience patience;

    private OutageRun(Lab lab, Rescue rescue, Scenario scenario, Patience patience) {
        this.lab = lab;
        this.rescue = rescue;
        this.scenario = scenario;
        this.patience = patience;
        this.client = rescue.consumer();
        this.home = home(lab, scenario);
    }

    /**
     * One run, and what it is called to say how it went; empty where it came to no result, since the others took long.
     *
     * @param rtt of the WAN that fails; that of the lab is shorter than a millisecond
     */
    static Optional<Result> attempt(
            String what, Scenario scenario, Mover mover, Duration rtt, Patience patience, Topic.Progress report)
            throws IOException {
        try {
            Result result = of(scenario, mover, rtt, patience);
            report.say(what + ": " + OutageTopic.line(result));
            return Optional.of(result);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            report.say(what + ": NOT MEASURED: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * With one that moves the client's traffic.
     *
     * @param rtt of the WAN that fails; that of the lab is shorter than a millisecond
     */
    static Result of(Scenario scenario, Mover mover, Duration rtt, Patience patience) throws IOException {
        List<Cut> cuts = new ArrayList<>();
        try (Lab lab = Lab.build(NODES)) {
            LabNode client = lab.node(CLIENT);
            int eachWay = (int) rtt.toMillis() / 2;
            if (eachWay > 0) cuts.add(home(lab, scenario).impair(new Impairment.Delay(eachWay)));
            mover.start(lab, client);
            lab.in("inet", "nft", SILENT_INTERNET).orThrow();
            try (Rescue rescue = Rescue.watch(lab, client, BEAT)) {
                return new OutageRun(lab, rescue, scenario, patience).measure(cuts);
            } finally {
                for (Cut cut : cuts.reversed()) cut.close();
            }
        }
    }

    private static LabNode home(Lab lab, Scenario scenario) {
        return lab.node(scenario.borrowing() ? NODES.getFirst() : CLIENT);
    }

    private Result measure(List<Cut> cuts) throws IOException {
        if (scenario.borrowing()) cuts.add(client.cut(Fault.LINK_DOWN));
        rescue.awaitExit(home, HOLD);
        Leaks leaks = Leaks.watch(lab);
        Duration before =
                Duration.ofMillis(500).plus(anyPartOf(Detection.DEFAULT.inUse().interval()));
        // not sooner: an ISP's resolver may go on answering where the internet is silent, and would be what comes back
        MonoTime noticed = new MonoTime(System.nanoTime()).plus(before).plus(NOTICED);
        try (TcpClients tcp = TcpClients.open(client.hostNamespace(), Rescue.TARGET);
                Fetches fetches = Fetches.start(client.hostNamespace(), Rescue.TARGET);
                FreshFlows queries = FreshFlows.startQueries(
                        client.hostNamespace(), client.site().resolver4(), FreshFlows.QUERY_BEAT, noticed)) {
            Await.pause(before);
            int switchedBefore = Switches.of(client);
            rescue.meter().forgetStall();
            MonoTime from = new MonoTime(System.nanoTime());
            int cutBefore = cuts.size();
            boolean recovered = suffer(from, cuts);
            Map<TcpClients.Kind, Optional<Duration>> resets = recovered ? resets(tcp, from) : Map.of();
            During during = during(from, recovered, switchedBefore);
            List<Duration> all = Switches.verdictToKernel(client);
            List<Duration> toKernel = all.subList(Math.min(switchedBefore, all.size()), all.size());
            MonoTime healedAt = cuts.getLast().heal();
            MonoTime undisturbed = healedAt.plus(PATIENT.negated());
            Optional<Rescue.Failback> back = failback(healedAt);
            return new Result(
                    during.outage(),
                    during.exits(),
                    during.switches(),
                    during.exitsSeen(),
                    toKernel,
                    // what is asked for until the trouble is in force is still answered
                    fetches.first(cuts.get(cutBefore).made(), healedAt),
                    queries.timeline().answered(from.plus(NOTICED), undisturbed),
                    fetches.succeeded(from.plus(NOTICED), undisturbed),
                    resets,
                    back,
                    leaks.count(),
                    during.stall());
        }
    }

    /** Trouble comes at no particular moment between two probes; a fixed one would be the same in each run. */
    private static Duration anyPartOf(Duration interval) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(interval.toNanos()));
    }

    /** Makes the trouble, and waits for what comes of it: whether some exit serves steadily. The last cut is left. */
    private boolean suffer(MonoTime from, List<Cut> cuts) throws IOException {
        switch (scenario.trouble()) {
            case Scenario.Trouble.Dead(var fault) -> cuts.add(home.cut(fault));
            case Scenario.Trouble.Limping(var impairment) -> {
                cuts.add(home.impair(impairment));
                Await.pause(impairment instanceof Impairment.Loss ? LIMPING_LONG : LIMPING);
                return true;
            }
            case Scenario.Trouble.Partly(var fault) -> {
                cuts.add(home.cut(fault));
                Await.pause(fault == Fault.DNS ? LIMPING_LONG : LIMPING);
                return true;
            }
            case Scenario.Trouble.Flapping() -> {
                while (new MonoTime(System.nanoTime()).since(from).compareTo(patience.flapping()) < 0) {
                    cuts.add(home.cut(Fault.BLACKHOLE));
                    Await.pause(FLAP);
                    cuts.getLast().heal();
                    Await.pause(FLAP);
                }
            }
        }
        boolean steady = awaitSteady(from);
        Duration left = LEAST.minus(new MonoTime(System.nanoTime()).since(from));
        if (left.isPositive()) Await.pause(left);
        return steady;
    }

    /** Waits for an exit, whichever, that has served for a while, and not since before the fault. */
    private boolean awaitSteady(MonoTime from) throws IOException {
        try {
            return Await.until("some exit serves again", patience.never(), client, () -> {
                Timeline latest = rescue.meter().timeline(HOLD.multipliedBy(2));
                boolean steady = lab.nodes().stream()
                        .flatMap(node -> latest.steadySince(node.site().number()).stream())
                        .anyMatch(since -> !since.isBefore(from)
                                && latest.now().since(since).compareTo(HOLD) > 0);
                return Await.Seen.when(steady, "no steady replies");
            });
        } catch (NotReached _) {
            return false;
        }
    }

    private During during(MonoTime from, boolean recovered, int switchedBefore) throws IOException {
        Timeline pinned = rescue.meter().timeline();
        Duration silence = scenario.isPartial() ? pinned.downtime(from) : pinned.outage(from);
        List<Timeline.Exit> exits = pinned.exits(from);
        String last = exits.isEmpty() ? "-" : rescue.exitName(exits.getLast().exit());
        return new During(
                recovered ? Optional.of(silence) : Optional.empty(),
                home.name() + last,
                Switches.of(client) - switchedBefore,
                exitsSeen(rescue.fresh().timeline().exits(from)),
                rescue.meter().stall());
    }

    private int exitsSeen(List<Timeline.Exit> exits) {
        int changes = 0;
        int exit = home.site().number();
        for (Timeline.Exit seen : exits) {
            if (seen.exit() != exit) changes++;
            exit = seen.exit();
        }
        return changes;
    }

    private Map<TcpClients.Kind, Optional<Duration>> resets(TcpClients tcp, MonoTime from) throws IOException {
        Optional<MonoTime> switched =
                rescue.meter().timeline().firstReplyNotBy(home.site().number(), from);
        if (switched.isEmpty()) return Map.of();
        while (!tcp.areAllReset() && !switched.get().plus(patience.hung()).isDue(new MonoTime(System.nanoTime())))
            Await.pause(OutageMeter.BEAT);
        Map<TcpClients.Kind, Optional<Duration>> resets = new java.util.EnumMap<>(TcpClients.Kind.class);
        for (TcpClients.Kind kind : TcpClients.Kind.values())
            resets.put(
                    kind,
                    tcp.resetAt(kind)
                            .map(at -> at.isBefore(switched.get()) ? Duration.ZERO : at.since(switched.get())));
        return resets;
    }

    /** The way back; after flapping the hold-down is longer than anybody waits for. */
    private Optional<Rescue.Failback> failback(MonoTime healedAt) throws IOException {
        Duration limit = scenario.borrowing() ? patience.providerBack() : patience.back();
        if (scenario.isFlapping() || limit.isZero()) return Optional.empty();
        try {
            return Optional.of(rescue.measureFailback(healedAt, home, limit));
        } catch (NotReached _) {
            return Optional.empty();
        }
    }
}
