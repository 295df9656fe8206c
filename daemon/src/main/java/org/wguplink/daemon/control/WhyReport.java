package org.wguplink.daemon.control;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.control.Why;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.PathStanding;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.selection.Ranking;
import org.wguplink.core.selection.Selection;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.Node;
import org.wguplink.daemon.consumer.UplinkStanding;
import org.wguplink.daemon.consumer.UplinkView;
import org.wguplink.daemon.loop.EventLoop;

/** The present choice and the rejected as the records of the control protocol. Loop thread only. */
final class WhyReport {
    private final Node node;
    private final FailoverState failover;
    private final MonoTime now = EventLoop.now();

    private WhyReport(Node node) {
        this.node = node;
        this.failover = node.failover();
    }

    static Why of(Node node, Status status) {
        var report = new WhyReport(node);
        return new Why(
                status.state(),
                name(report.failover.active()).orElse(null),
                status.reason(),
                node.activeSince().truncatedTo(ChronoUnit.MILLIS).toString(),
                report.failover.automatic(),
                report.next().orElse(null),
                status.balance(),
                Selection.ORDER,
                node.config().minUplinks(),
                status.ipv6(),
                report.paths());
    }

    private static Optional<String> name(PathId path) {
        return path instanceof PathId.None ? Optional.empty() : Optional.of(path.toString());
    }

    /** Asked of the very decision that would be taken. */
    private Optional<String> next() {
        PathId active = failover.active();
        var died = new FailoverEvent.Judged(active, Verdict.DOWN, "asked for");
        FailoverState then = Failover.step(failover, died, now).state();
        return then.active().equals(active) || then.offline() ? Optional.empty() : name(then.active());
    }

    private List<Why.Path> paths() {
        var paths = new ArrayList<Why.Path>();
        for (PathId path : failover.paths())
            switch (path) {
                case PathId.Uplink(var peer) -> paths.add(uplink(peer));
                case PathId.OwnWan wan -> paths.add(wan(wan));
                case PathId.None none -> {}
            }
        Stream.concat(node.uplinks().views().ranked().stream(), node.uplinks().views().known().stream())
                .distinct()
                .filter(peer -> !failover.paths().contains(new PathId.Uplink(peer)))
                .forEach(peer -> paths.add(uplink(peer)));
        return paths;
    }

    private Why.Path wan(PathId.OwnWan wan) {
        Standing standing = standing(wan, Optional.empty());
        PathStanding path = failover.standing(wan);
        return new Why.Path(
                wan.device(),
                Why.WAN,
                standing.state,
                standing.reason,
                null,
                null,
                null,
                path.remembered(now),
                timers(wan, Optional.empty(), Optional.empty()),
                null);
    }

    private Why.Path uplink(PeerId peer) {
        UplinkView view = node.uplinks().views().of(peer);
        UplinkStanding place = node.uplinks().views().standing(peer, now);
        var path = new PathId.Uplink(peer);
        Standing standing =
                failover.paths().contains(path) ? standing(path, place.behind()) : withoutTunnel(peer, view, place);
        return new Why.Path(
                peer.value(),
                Why.UPLINK,
                standing.state,
                standing.reason,
                place.place().orElse(null),
                place.behind().map(b -> b.ahead().value()).orElse(null),
                place.behind().map(b -> b.by().name().toLowerCase(Locale.ROOT)).orElse(null),
                failover.standing(path).remembered(now),
                timers(path, place.retryIn(), place.removedIn()),
                place.candidate().map(c -> merits(c, view, place)).orElse(null));
    }

    private record Standing(String state, String reason) {}

    /** Of a path among which the decision chooses. */
    private Standing standing(PathId path, Optional<Ranking.Behind> behind) {
        PathStanding standing = failover.standing(path);
        if (path.equals(failover.active())) return new Standing(Why.IN_USE, inUse(path, behind));
        if (failover.balance().sharing().contains(path)) return new Standing(Why.SHARES, share(path));
        if (!failover.judged(path)) return new Standing(Why.CONNECTING, "not probed yet");
        if (!standing.up()) return new Standing(Why.DOWN, standing.why());
        if (!failover.trusted(path, now))
            return new Standing(
                    Why.HELD,
                    "answers again, and must hold before it is trusted, since %s%s"
                            .formatted(
                                    held(standing),
                                    behind.map(b -> "; then it comes " + after(b))
                                            .orElse("")));
        Optional<String> poor = failover.poverty(path);
        if (poor.isPresent()) return new Standing(Why.POOR, "works, and " + poor.get());
        return new Standing(Why.STANDBY, whyNotYet(path, behind));
    }

    private static String held(PathStanding standing) {
        return standing.failures() == 0 ? "the line that it rides failed" : "it failed " + times(standing.failures());
    }

    private String inUse(PathId path, Optional<Ranking.Behind> behind) {
        String poor = failover.poverty(path).map(", though it "::concat).orElse("");
        String preferred = behind.map(b -> "; %s is preferred: %s".formatted(b.ahead(), b.why()))
                .orElse("");
        boolean shares = failover.balance().sharing().contains(path);
        return "carries new flows" + (shares ? ", and " + share(path) : "") + poor + preferred;
    }

    private String share(PathId path) {
        Balance balance = failover.balance();
        return "takes %d of %d of those of the LAN"
                .formatted(balance.weight(Set.of(path)), balance.weight(balance.sharing()));
    }

    private String whyNotYet(PathId path, Optional<Ranking.Behind> behind) {
        if (!failover.automatic()) return "ready; failover is disabled";
        PathId active = failover.active();
        if (failover.paths().indexOf(path) < failover.paths().indexOf(active))
            return "ready; the line beneath may be back too, and is asked first";
        if (path instanceof PathId.OwnWan) return "ready, after " + active;
        return "ready, "
                + behind.map(WhyReport::after).orElse("the first of the uplinks, which come after the own WANs");
    }

    private static String after(Ranking.Behind behind) {
        return "after %s: %s".formatted(behind.ahead(), behind.why());
    }

    /** Of a peer that has no tunnel now. */
    private Standing withoutTunnel(PeerId peer, UplinkView view, UplinkStanding place) {
        if (view.obstacle().isPresent())
            return new Standing(Why.UNAVAILABLE, view.obstacle().get());
        if (!view.added()) return new Standing(Why.NOT_ADDED, "not added: wgctl uplink add " + peer);
        if (place.wanted()) return new Standing(Why.CONNECTING, "a lease is being asked for");
        int least = node.config().minUplinks();
        String enough = least == 0
                ? "none is kept ready (min_uplinks 0)"
                : "%d %s kept ready (min_uplinks)".formatted(least, least == 1 ? "is" : "are");
        return new Standing(
                Why.NOT_WANTED,
                enough + place.behind().map(b -> ", and " + b.why()).orElse(""));
    }

    private Why.Timers timers(PathId of, Optional<Duration> retryIn, Optional<Duration> removedIn) {
        PathStanding path = failover.standing(of);
        Optional<Duration> lives = path.upSince().map(now::since);
        return new Why.Timers(
                seconds(lives),
                seconds(path.downSince().map(now::since)),
                seconds(failover.trustedFrom(of).filter(now::isBefore).map(at -> at.since(now))),
                seconds(path.forgivesNext(now).map(at -> at.since(now))),
                seconds(retryIn),
                seconds(removedIn));
    }

    private Why.Merits merits(Candidate candidate, UplinkView view, UplinkStanding place) {
        Candidate.Speed speed = candidate.speed();
        return new Why.Merits(
                candidate.weight(),
                view.endpoint().flatMap(node.underlay()::deviceTowards).orElse(null),
                candidate.fate().otherLine(),
                candidate.fate().sharedIsp().orElse(null),
                view.offer()
                        .map(Offer::capabilities)
                        .map(c -> c.wanType().toString())
                        .orElse("unknown"),
                candidate.price().metered(),
                candidate.price().cost(),
                candidate.price().quotaLeftMb().orElse(null),
                candidate.takenPercent().orElse(null),
                Report.millis(speed.latency()),
                speed.measured(),
                speed.bandwidthMbps().orElse(null),
                place.bandwidth()
                        .filter(seen -> speed.bandwidthMbps().equals(Optional.of(seen.mbps())))
                        .isPresent());
    }

    private static String times(int failures) {
        return failures == 1 ? "once" : failures + " times";
    }

    private static @Nullable Double seconds(Optional<Duration> duration) {
        return duration.map(Report::seconds).orElse(null);
    }
}
