package org.wguplink.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.path.LineSpeeds;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.path.OwnWans;
import org.wguplink.daemon.provider.ForwardingTester;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.daemon.time.WallClock;

/** Whether an own line can be lent now, and which: the one that carries our own flows, once it is verified. */
final class Lendable {
    private final WallClock wall;
    private final Supplier<Optional<String>> trouble;
    private final OwnWans wans;
    private final LineSpeeds speeds;
    private final Lending lending;

    /** @param trouble what the kernel refused last; empty when all is as decided */
    Lendable(WallClock wall, Supplier<Optional<String>> trouble, OwnWans wans, LineSpeeds speeds, Lending lending) {
        this.wall = wall;
        this.trouble = trouble;
        this.wans = wans;
        this.speeds = speeds;
        this.lending = lending;
    }

    /** Tells lending; call whenever the decision or a line has changed. */
    void consider(FailoverState state, Config config, MonoTime now) {
        Optional<OwnWan> lent = wans.shown(state.active());
        lending.line(lent.flatMap(OwnWan::route)
                .filter(route -> !route.gateways().isEmpty())
                .map(route -> new ForwardingTester.Line(
                        route.device(), route.gateways().keySet(), config.trackIps())));
        lending.measured(lent.flatMap(wan -> speeds.of(wan.device())).orElse(0));
        lending.considered(whyNot(state, now), lent.flatMap(OwnWan::latency).orElse(Duration.ZERO), now);
    }

    /** Never borrow from who borrows. */
    private Optional<String> whyNot(FailoverState state, MonoTime now) {
        if (state.active() instanceof PathId.Uplink uplink) return Optional.of("it borrows from " + uplink);
        if (!state.standing(state.active()).trusted(now))
            return Optional.of("its own WAN is not verified: "
                    + state.standing(state.active()).why());
        if (state.poverty(state.active()).filter(PortalWatch.COMPLAINT::equals).isPresent())
            return Optional.of("its own WAN " + PortalWatch.COMPLAINT);
        if (!wall.isKnown()) return Optional.of("its clock is wrong: " + wall.instant());
        return trouble.get();
    }
}
