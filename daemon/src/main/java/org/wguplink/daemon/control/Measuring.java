package org.wguplink.daemon.control;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.MeasureProgress;
import org.wguplink.control.MeasureResult;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.Response;
import org.wguplink.control.Why;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.selection.LoadRate;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.Node;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.control.Calls.Caller;
import org.wguplink.daemon.control.Calls.RefusedException;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.path.OwnWan;

/** Measures what a path brings by a load that is made on purpose, one path at a time. Loop thread only. */
final class Measuring {
    private static final int DEFAULT_SECONDS = 3;
    private static final int MOST_SECONDS = 10;

    private final EventLoop loop;
    private final Node node;
    private final Report report;
    /** What is measured now. */
    private Optional<PathId> busy = Optional.empty();

    Measuring(EventLoop loop, Node node, Report report) {
        this.loop = loop;
        this.node = node;
        this.report = report;
    }

    /** The load has a thread of its own: it lasts for seconds, and the loop has probes to see to. */
    void begin(Params params, Caller caller, CompletableFuture<Object> result) throws RefusedException {
        int seconds = seconds(params.seconds());
        HttpUrl page = node.config()
                .watching()
                .measurePage()
                .orElseThrow(() -> refused("there is no page to measure with: set option measure_url"
                        + " 'http://HOST/PATH' in the configuration, a page of 100 MB on a server that may be loaded"));
        PathId path = path(params.peerId());
        if (busy.isPresent()) throw refused("%s is being measured; one path at a time".formatted(busy.get()));
        PathRoute route = node.route(path).orElseThrow(() -> refused(whyNot(path)));
        Set<Family> families = living(path, route);
        if (families.isEmpty())
            throw refused(
                    "%s is down: %s".formatted(path, death(path, Family.BOTH).orElse("not probed yet")));
        if (!Boolean.TRUE.equals(params.force()) && costs(path))
            throw refused(
                    "the line of %s is metered, or has a quota, and measuring takes up to %d MB of it: say --yes if that is wanted"
                            .formatted(path, LoadRate.MOST_BYTES / 1_000_000));
        var order = new Download.Order(
                page,
                path.toString(),
                route.device(),
                Layout.mark(route.number()),
                families,
                Duration.ofSeconds(seconds));
        boolean progress = Boolean.TRUE.equals(params.progress());
        busy = Optional.of(path);
        loop.aside(
                "uplink-measure",
                () -> Download.run(
                        order,
                        (soFar, now) -> !progress
                                || caller.tell(Notification.of(Notification.MEASURED, progress(path, soFar, now)))),
                outcome -> measured(path, order, outcome, result),
                e -> failed(path, order, Failures.text(e), result));
    }

    private void measured(
            PathId path, Download.Order order, Download.Outcome outcome, CompletableFuture<Object> result) {
        if (isDown(path, Family.of(outcome.server()))) {
            failed(path, order, "", result);
            return;
        }
        busy = Optional.empty();
        MeasureProgress all = progress(path, outcome.rate(), outcome.end());
        node.measured(path, outcome.rate().mbps(outcome.end()));
        result.complete(new MeasureResult(
                all.path(),
                path instanceof PathId.Uplink ? Why.UPLINK : Why.WAN,
                order.device(),
                outcome.server().getHostAddress(),
                all.downMbps(),
                all.bytes(),
                all.seconds()));
    }

    /** A path that has died is the reason, whatever came of it. */
    private void failed(PathId path, Download.Order order, String why, CompletableFuture<Object> result) {
        busy = Optional.empty();
        result.completeExceptionally(refused(death(path, order.families())
                .map(died -> "%s died while it was measured: %s".formatted(path, died))
                .orElse(why)));
    }

    private static int seconds(@Nullable Integer asked) throws RefusedException {
        if (asked == null) return DEFAULT_SECONDS;
        if (asked < 1 || asked > MOST_SECONDS)
            throw new RefusedException(
                    Response.INVALID_PARAMS, "seconds: found %d; expected 1 to %d".formatted(asked, MOST_SECONDS));
        return asked;
    }

    private PathId path(@Nullable String name) throws RefusedException {
        for (OwnWan wan : node.wans().all()) if (name == null || name.equals(wan.device())) return wan.id();
        if (name == null) throw refused("there is no own WAN");
        return node.config().peers().keySet().stream()
                .filter(peer -> peer.value().equals(name))
                .findFirst()
                .map(PathId.Uplink::new)
                .orElseThrow(() ->
                        refused("'%s' is neither an uplink nor an own WAN of this node (see wgctl uplink list)"
                                .formatted(name.length() > 80 ? name.substring(0, 80) + "..." : name)));
    }

    private String whyNot(PathId path) {
        return path instanceof PathId.Uplink(var peer)
                ? "there is no tunnel to %s: %s"
                        .formatted(peer, report.whyNot(peer).orElse("not leased yet"))
                : "%s: no such device".formatted(path);
    }

    private Set<Family> living(PathId path, PathRoute route) {
        return route.gateways().keySet().stream()
                .filter(family -> !isDown(path, family))
                .collect(Collectors.toSet());
    }

    private boolean isDown(PathId path, Family family) {
        return !node.states().of(family).standing(path).up();
    }

    /** What has killed one of these families of it. */
    private Optional<String> death(PathId path, Set<Family> families) {
        return families.stream()
                .filter(family -> isDown(path, family))
                .map(family -> node.states().of(family).standing(path).why())
                .findFirst();
    }

    /** Whether somebody may have to pay for the volume, or lack it later. */
    private boolean costs(PathId path) {
        if (path instanceof PathId.Uplink(var peer))
            return node.uplinks()
                    .views()
                    .of(peer)
                    .offer()
                    .map(Offer::capabilities)
                    .filter(c -> c.metered() || c.terms().quotaLeftMb().isPresent())
                    .isPresent();
        Config.Lending own = node.config().lending();
        return own.line().metered().orElse(own.wanType().usuallyMetered())
                || own.line().quotaMb().isPresent();
    }

    private static MeasureProgress progress(PathId path, LoadRate rate, MonoTime now) {
        return new MeasureProgress(
                path.toString(),
                Math.round(rate.mbps(now) * 10) / 10.0,
                rate.bytes(),
                Report.seconds(now.since(rate.began())));
    }

    private static RefusedException refused(String why) {
        return new RefusedException(Response.REFUSED, why);
    }
}
