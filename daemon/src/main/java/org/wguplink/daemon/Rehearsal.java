package org.wguplink.daemon;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.PathMonitor;
import org.wguplink.core.health.Rota;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.DataPlane;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.core.time.MonoTime;
import org.wguplink.linux.loop.Urgency;

/**
 * The death of a WAN that does not exist, many times over, so that all that decides is compiled before it is needed: run for
 * the first time it takes several times as long. Nothing is touched.
 */
final class Rehearsal {
    /** HotSpot compiles what was called 200 times. */
    private static final int TIMES = 300;

    /** The node's own start comes first. */
    private static final Duration LATER = Duration.ofSeconds(2);

    private static final Duration MOMENT = Duration.ofMillis(5);
    private static final PathId.OwnWan WAN = new PathId.OwnWan("wan");
    private static final PathId.Uplink UPLINK = new PathId.Uplink(new PeerId("uplink"));
    private static final InetAddress TARGET = Addresses.parse("192.0.2.1");

    private Rehearsal() {}

    /**
     * Begins soon, on a thread of its own that comes after all others.
     *
     * @param ofThisNode the same with the paths that there are, which only the loop can do: short each time
     * @param done how often it has come to a switch, for which there must be another path
     */
    static void begin(Runnable ofThisNode, IntSupplier done) {
        Thread.ofPlatform().daemon().name("rehearsal").start(() -> {
            try {
                Thread.sleep(LATER);
                Urgency.lower();
                for (int i = 0; i < TIMES; i++) run();
                for (int before = -1; before < TIMES; ) {
                    int now = done.getAsInt();
                    ofThisNode.run();
                    Thread.sleep(now > before ? MOMENT : LATER);
                    before = now;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** What has become of the decision, so that a test can see that it was one. */
    static FailoverState run() {
        var now = new MonoTime(0);
        FailoverState state = FailoverState.start(true, now);
        state = step(state, new FailoverEvent.Preferred(List.of(WAN, UPLINK)), now);
        state = step(state, new FailoverEvent.Judged(UPLINK, Verdict.UP, ""), now);
        state = step(state, new FailoverEvent.Judged(WAN, Verdict.UP, ""), now);
        RoutePlan before = plan(Optional.empty());
        PathMonitor monitor = PathMonitor.start(Detection.DEFAULT.inUse(), Rota.of(List.of(TARGET)), now);
        boolean answers = true;
        while (monitor.verdict() != Verdict.DOWN) {
            PathMonitor.Step step = monitor.tick(now);
            monitor = step.monitor();
            for (PathMonitor.Ask ask : step.probes()) if (answers) monitor = monitor.replied(ask.sequence(), now);
            if (answers && monitor.verdict() == Verdict.UP) {
                answers = false;
                monitor = monitor.doubt(now).monitor();
            }
            now = now.plus(MOMENT);
        }
        // also of a carrier that is lost
        state = step(state, new FailoverEvent.Judged(WAN, monitor.dead(now).verdict(), ""), now);
        var _ = plan(Optional.of(2)).changesFrom(before);
        return state;
    }

    private static FailoverState step(FailoverState state, FailoverEvent event, MonoTime now) {
        return Failover.step(state, event, now).state();
    }

    private static RoutePlan plan(Optional<Integer> active) {
        Map<Family, Optional<InetAddress>> gateways = Map.of(Family.IPV4, Optional.of(TARGET));
        return DataPlane.plan(
                List.of(
                        PathRoute.own(1, "wan", gateways, Set.of(TARGET)),
                        PathRoute.uplink(2, "uplink", Map.of(Family.IPV4, Optional.empty()), Optional.empty())),
                new PathUse(active, Optional.of(1), Optional.empty(), Map.of(), Map.of(), Set.of()));
    }
}
