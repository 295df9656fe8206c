package org.wguplink.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.meter.FreshFlows;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** Watches one node's LAN while WANs fail and return, and measures what a host there notices. */
public final class Rescue implements AutoCloseable {
    /** Where the LAN host sends to. */
    public static final String TARGET = "8.8.8.8";

    private static final Duration SWITCH = Duration.ofSeconds(60);
    private static final Duration RETURN = Duration.ofSeconds(90);
    /** Steady replies after which a switch, or a return, is for good. */
    private static final Duration HOLD = Duration.ofSeconds(1);
    /** How long after the return of new flows the pinned one is still watched. */
    private static final Duration PINNED = Duration.ofSeconds(3);

    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private final Lab lab;
    private final LabNode consumer;
    private final OutageMeter meter;
    private final FreshFlows fresh;

    /**
     * @param via the peer whose WAN the traffic uses, as the internet sees it and as {@code wgctl status} says
     * @param stall how far the meter itself was late
     */
    public record Switch(Duration outage, String via, Duration stall) {}

    /**
     * @param freshBack from the healing until new flows use the own WAN for good
     * @param pinnedLost packets of the established flow lost from the healing until 3 s after that
     * @param pinnedStayed whether that flow kept its exit all the while
     */
    public record Failback(Duration freshBack, long pinnedLost, boolean pinnedStayed) {}

    private Rescue(Lab lab, LabNode consumer, OutageMeter meter, FreshFlows fresh) {
        this.lab = lab;
        this.consumer = consumer;
        this.meter = meter;
        this.fresh = fresh;
    }

    /** Starts to measure from the node's LAN host, and waits until its own WAN serves it well. */
    public static Rescue watch(Lab lab, LabNode consumer) throws IOException {
        return watch(lab, consumer, OutageMeter.BEAT);
    }

    /** The same, with a packet of the established flow every so often. */
    public static Rescue watch(Lab lab, LabNode consumer, Duration beat) throws IOException {
        OutageMeter meter = OutageMeter.start(consumer.hostNamespace(), TARGET, beat);
        FreshFlows fresh = FreshFlows.start(consumer.hostNamespace(), TARGET, FreshFlows.BEAT);
        Rescue rescue = new Rescue(lab, consumer, meter, fresh);
        rescue.awaitExit(consumer, WARM_UP);
        return rescue;
    }

    public LabNode consumer() {
        return consumer;
    }

    public OutageMeter meter() {
        return meter;
    }

    public FreshFlows fresh() {
        return fresh;
    }

    /** Measures the switch to {@code expected} that a cut, made just now, brings about. */
    public Switch measureSwitch(Cut cut, LabNode expected) throws IOException {
        awaitExit(expected, HOLD);
        Duration outage = meter.timeline().outage(cut.since());
        Duration stall = meter.stall();
        Status status = Await.until(
                "wgctl status of %s names %s".formatted(consumer.peerId(), expected.peerId()), SWITCH, consumer, () -> {
                    Status now = consumer.wgctlStatus();
                    return Await.Seen.of(
                            Optional.of(now).filter(s -> expected.peerId().equals(s.via())),
                            now.state() + " via " + now.via());
                });
        return new Switch(outage, String.valueOf(status.via()), stall);
    }

    /** Cuts a node's WAN and measures the switch that follows; the caller heals. */
    public Switch cut(LabNode victim, Fault fault, LabNode expected, List<Cut> cuts) throws IOException {
        meter.forgetStall();
        Cut cut = victim.cut(fault);
        cuts.add(cut);
        return measureSwitch(cut, expected);
    }

    /** Measures the return to the own WAN after it was healed at {@code healedAt}. */
    public Failback measureFailback(MonoTime healedAt) throws IOException {
        Failback back = measureFailback(healedAt, consumer, RETURN);
        Await.until("wgctl status of %s says direct".formatted(consumer.peerId()), SWITCH, consumer, () -> {
            Status now = consumer.wgctlStatus();
            return Await.Seen.when(now.state().equals("direct"), now.state() + " via " + now.via());
        });
        return back;
    }

    /** The same for the return to the WAN of {@code home}, which may be a peer's. */
    public Failback measureFailback(MonoTime healedAt, LabNode home, Duration limit) throws IOException {
        int exit = home.site().number();
        MonoTime back = Await.until("new flows leave by %s's WAN again".formatted(home.name()), limit, consumer, () -> {
            Timeline flows = fresh.timeline().since(healedAt);
            Optional<MonoTime> since = flows.steadySince(exit)
                    .filter(start -> flows.now().since(start).compareTo(PINNED) > 0);
            return Await.Seen.of(since, exitNames(flows.exits(healedAt)));
        });
        Await.pause(Timeline.GRACE.plusMillis(50));
        Timeline pinned = meter.timeline();
        long lost = pinned.lost(healedAt, back.plus(PINNED));
        boolean stayed = pinned.exits(healedAt).size() == 1;
        return new Failback(back.since(healedAt), lost, stayed);
    }

    /** The name of the node behind a meter's exit; "?" for a source that is no node's WAN. */
    public String exitName(int exit) {
        return lab.nodes().stream()
                .filter(node -> node.site().number() == exit)
                .map(LabNode::name)
                .findFirst()
                .orElse("?");
    }

    @Override
    public void close() throws IOException {
        meter.close();
        fresh.close();
    }

    /** Waits until the LAN has left by that node's WAN for a while without a lost packet. */
    public void awaitExit(LabNode expected, Duration hold) throws IOException {
        int exit = expected.site().number();
        Await.until("%s's LAN leaves by %s's WAN".formatted(consumer.name(), expected.name()), SWITCH, consumer, () -> {
            Timeline latest = meter.timeline(hold.multipliedBy(2));
            boolean steady = latest.steadySince(exit)
                    .filter(since -> latest.now().since(since).compareTo(hold) > 0)
                    .isPresent();
            return Await.Seen.when(steady, exitNames(latest.exits(latest.now().plus(hold.multipliedBy(-2)))));
        });
    }

    /** What the internet saw, for people. */
    public String exitNames(List<Timeline.Exit> exits) {
        if (exits.isEmpty()) return "no reply at all";
        return "exits " + exits.stream().map(exit -> exitName(exit.exit())).toList();
    }
}
