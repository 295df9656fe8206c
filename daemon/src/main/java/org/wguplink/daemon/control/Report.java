package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.control.Uplink;
import org.wguplink.control.Version;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.failover.PathStanding;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.net.Family;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.Node;
import org.wguplink.daemon.consumer.UplinkView;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.provider.Lending;

/** The state of the node as the records of the control protocol. Loop thread only. */
public final class Report {
    private final Node node;

    public Report(Node node) {
        this.node = node;
    }

    public Status status() {
        FailoverState failover = node.failover();
        boolean borrowing = failover.active() instanceof PathId.Uplink;
        return new Status(
                Version.text(),
                node.self().map(PeerId::value).orElse(""),
                ProcessHandle.current().pid(),
                borrowing ? "uplink" : failover.offline() ? "offline" : "direct",
                borrowing ? failover.active().toString() : null,
                reason(failover),
                node.activeSince().truncatedTo(ChronoUnit.MILLIS).toString(),
                failover.automatic(),
                preferredWan(failover),
                node.wans().all().stream().map(w -> wan(w, failover)).toList(),
                failover.active() instanceof PathId.OwnWan(var device) ? device : null,
                failover.active() instanceof PathId.Uplink(var peer) ? resolvers(peer) : null,
                offering(),
                node.meshReport(),
                uplinks(),
                node.configTrouble().isEmpty() ? null : node.configTrouble(),
                warnings(failover),
                PolicyReport.of(node.config().policies(), node.states()),
                BalanceReport.of(failover, EventLoop.now()),
                node.config().enabled() ? ipv6(node.states()) : null);
    }

    private List<String> warnings(FailoverState failover) {
        var warnings = new ArrayList<>(node.warnings());
        node.kernel().shareTrouble().ifPresent(warnings::add);
        warnings.addAll(BalanceReport.warnings(failover));
        return warnings;
    }

    private static Status.@Nullable Ipv6 ipv6(FamilyStates states) {
        if (!states.parted()) return null;
        FailoverState state = states.ipv6();
        PathId path = state.active();
        if (state.offline()) return new Status.Ipv6(null, state.standing(path).why());
        return new Status.Ipv6(path.toString(), path instanceof PathId.Uplink ? state.why() : null);
    }

    public List<Uplink> uplinks() {
        return node.uplinks().views().known().stream().map(this::uplink).toList();
    }

    /** Why a peer is not in use as an uplink. */
    Optional<String> whyNot(PeerId peer) {
        return node.uplinks().views().of(peer).obstacle();
    }

    private String reason(FailoverState failover) {
        if (!node.config().enabled()) return "the service is switched off (option enabled '0')";
        if (failover.offline()) return offline(failover);
        return node.kernel()
                .trouble()
                .map(t -> "the kernel refused a change: " + t)
                .orElse(failover.why());
    }

    private static String offline(FailoverState failover) {
        String wan = failover.home() instanceof PathId.OwnWan home
                ? "the own WAN is down (%s)".formatted(failover.standing(home).why())
                : "there is no own WAN (%s)"
                        .formatted(failover.standing(PathId.NONE).why());
        if (!failover.automatic()) return wan + ", and failover is disabled";
        if (failover.uplinks().isEmpty()) return wan + ", and no uplink is ready";
        return failover.allRideDeadWans()
                ? "all tunnels ride %s, and %s".formatted(underlays(failover), wan)
                : wan + ", and no uplink reaches the internet";
    }

    private static String underlays(FailoverState failover) {
        return failover.underlays().values().stream()
                .map(PathId.OwnWan::device)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private Status.Wan preferredWan(FailoverState failover) {
        return node.wans().all().stream()
                .findFirst()
                .map(w -> wan(w, failover))
                .orElseGet(() -> new Status.Wan(
                        null,
                        "absent",
                        false,
                        null,
                        null,
                        failover.standing(PathId.NONE).why()));
    }

    private Status.Wan wan(OwnWan wan, FailoverState failover) {
        PathStanding standing = failover.standing(wan.id());
        MonoTime now = EventLoop.now();
        boolean held =
                standing.up() && !standing.trusted(now) && !failover.active().equals(wan.id());
        Double heldFor =
                held ? standing.trustedFrom().map(t -> seconds(t.since(now))).orElse(null) : null;
        return new Status.Wan(
                wan.device(),
                held ? "recovering" : word(wan.verdict()),
                wan.carrier(),
                wan.verdict() == Verdict.DOWN ? null : millis(wan.latency()),
                heldFor,
                wan.verdict() == Verdict.UP
                        ? failover.poverty(wan.id()).map("it "::concat).orElse(null)
                        : wan.why(),
                node.measured(wan.id()).orElse(null));
    }

    /** IPv4 first. */
    private @Nullable List<String> resolvers(PeerId peer) {
        return node.uplinks()
                .grant(peer)
                .map(grant -> Resolvers.of(grant).stream()
                        .sorted(Comparator.comparing(Family::of))
                        .map(InetAddress::getHostAddress)
                        .toList())
                .orElse(null);
    }

    private Status.Offering offering() {
        Lending lending = node.lending();
        MonoTime now = EventLoop.now();
        return new Status.Offering(
                lending.wanted(),
                lending.available(),
                lending.why().orElse(null),
                lending.device().orElse(null),
                lending.leases().stream()
                        .map(held -> new Status.Consumer(
                                held.consumer().value(),
                                held.addresses().consumer4().getHostAddress(),
                                held.expiresAt().since(now).toSeconds(),
                                lending.traffic(held)
                                        .map(TunnelStatus.Peer::rxBytes)
                                        .orElse(0L),
                                lending.traffic(held)
                                        .map(TunnelStatus.Peer::txBytes)
                                        .orElse(0L)))
                        .toList());
    }

    private Uplink uplink(PeerId peer) {
        UplinkView view = node.uplinks().views().of(peer);
        Optional<Capabilities> claims = view.offer().map(Offer::capabilities);
        Optional<String> rides = view.endpoint().flatMap(node.underlay()::deviceTowards);
        return new Uplink(
                peer.value(),
                view.added(),
                state(peer, view),
                view.weight(),
                view.verdict() == Verdict.DOWN ? null : millis(view.latency()),
                SeenBandwidth.counts(
                                node.uplinks().views().bandwidth(peer),
                                claims.map(Capabilities::bandwidthMbps).orElse(0))
                        .orElse(0),
                claims.map(c -> c.wanType().toString()).orElse("unknown"),
                view.device().orElse(null),
                rides.orElse(null),
                rides.map(this::protects).orElse(null),
                view.expiresIn().map(Duration::toSeconds).orElse(null),
                view.obstacle().orElse(null));
    }

    private String state(PeerId peer, UplinkView view) {
        if (node.failover().active().equals(new PathId.Uplink(peer))) return "active";
        if (view.obstacle().isPresent()) return "unavailable";
        if (!view.added()) return "available";
        if (!view.leased()) return view.wanted() ? "connecting" : "available";
        return switch (view.verdict()) {
            case UP -> "ready";
            case UNKNOWN, SUSPECT -> "connecting";
            case DOWN -> "unavailable";
        };
    }

    private String protects(String rides) {
        return node.wans().devices().contains(rides)
                ? "rides %s: no help if %s's link dies".formatted(rides, rides)
                : "helps when the own WAN dies, as long as %s lives".formatted(rides);
    }

    private static String word(Verdict verdict) {
        return verdict == Verdict.UNKNOWN ? "suspect" : verdict.name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Double millis(Optional<Duration> latency) {
        return latency.map(d -> Math.round(d.toNanos() / 1e4) / 100.0).orElse(null);
    }

    static double seconds(Duration duration) {
        return Math.round(duration.toMillis() / 100.0) / 10.0;
    }
}
