package org.wguplink.daemon.control;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Done;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.Response;
import org.wguplink.control.Status;
import org.wguplink.control.TestStage;
import org.wguplink.control.UplinkList;
import org.wguplink.control.Why;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.daemon.Node;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.NearestName;
import org.wguplink.daemon.consumer.UplinkView;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;

/** What the methods of the control protocol do. Every call is carried out on the loop. */
public final class ControlApi implements Calls {
    private static final int DEFAULT_INTERVAL_S = 2;
    private static final int LONGEST_INTERVAL_S = 3600;

    private static final int LONGEST_DRAIN_S = 86_400;
    private static final Duration OFFER_PATIENCE = Duration.ofSeconds(8);
    private static final Duration OFFER_GLANCE = Duration.ofMillis(50);

    private final EventLoop loop;
    private final Node node;
    private final Report report;
    private final Measuring measuring;
    private final Watchers watchers = new Watchers();

    public ControlApi(EventLoop loop, Node node, Report report) {
        this.loop = loop;
        this.node = node;
        this.report = report;
        this.measuring = new Measuring(loop, node, report);
    }

    /** Tells those who watch. Loop thread only. */
    public void changed(Status status) {
        watchers.changed(status, EventLoop.now());
    }

    @Override
    public CompletableFuture<Object> call(Method method, Params params, Caller caller) {
        var result = new CompletableFuture<Object>();
        loop.execute(() -> {
            try {
                if (method == Method.UPLINK_TEST) test(params, caller, result);
                else if (method == Method.UPLINK_MEASURE) measure(params, caller, result);
                else if (method == Method.UPLINK_OFFER) offer(result);
                else result.complete(run(method, params));
            } catch (RefusedException e) {
                result.completeExceptionally(e);
            } catch (ConfigException | IOException e) {
                result.completeExceptionally(
                        new RefusedException(Response.REFUSED, "not saved, nothing is changed: " + Failures.text(e)));
            }
        });
        return result;
    }

    private Object run(Method method, Params params) throws RefusedException, ConfigException, IOException {
        return switch (method) {
            case STATUS, UPLINK_STATUS -> report.status();
            case UPLINK_LIST -> new UplinkList(report.uplinks());
            case UPLINK_WHY -> why(params);
            case UPLINK_ADD -> add(peer(params));
            case UPLINK_REMOVE -> remove(peer(params));
            case UPLINK_SET_PRIORITY -> prioritise(peer(params), weight(params));
            case UPLINK_DRAIN -> drain(peer(params), params);
            case UPLINK_FAILOVER -> failover(enabled(params));
            case UPLINK_WITHDRAW -> withdraw();
            case WATCH -> watch(params);
            case UPLINK_OFFER, UPLINK_TEST, UPLINK_MEASURE -> throw new AssertionError("answered later");
        };
    }

    private Why why(Params params) throws RefusedException {
        Why all = WhyReport.of(node, report.status());
        String name = params.peerId();
        if (name == null) return all;
        List<Why.Path> named =
                all.paths().stream().filter(p -> p.name().equals(name)).toList();
        if (!named.isEmpty()) return all.of(named);
        String meant = NearestName.of(
                        name, all.paths().stream().map(Why.Path::name).toList())
                .map(near -> "; did you mean '%s'?".formatted(near))
                .orElse("");
        throw new RefusedException(
                Response.REFUSED,
                "'%s' is neither a peer that lends its internet nor an own WAN of this node (see wgctl uplink list)%s"
                        .formatted(name.length() > 80 ? name.substring(0, 80) + "..." : name, meant));
    }

    private Watching watch(Params params) throws RefusedException {
        Integer interval = params.intervalS();
        if (interval == null) interval = DEFAULT_INTERVAL_S;
        if (interval < 1 || interval > LONGEST_INTERVAL_S)
            throw new RefusedException(
                    Response.INVALID_PARAMS,
                    "interval_s: found %d; expected 1 to %d".formatted(interval, LONGEST_INTERVAL_S));
        Status status = report.status();
        return new Watching(status, watchers.add(status, Duration.ofSeconds(interval), EventLoop.now()));
    }

    private Done add(PeerId peer) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        another(peer);
        if (!node.uplinks().inRoster(peer))
            throw new RefusedException(
                    Response.REFUSED, "'%s' is not in the roster of this mesh (see wgctl mesh show)".formatted(peer));
        if (node.config().peers().containsKey(peer)) return new Done(true, peer + " is an uplink already");
        node.configure(node.configFile().putPeer(peer, Candidate.DEFAULT_WEIGHT));
        return new Done(true, "%s is an uplink now, with weight %d".formatted(peer, Candidate.DEFAULT_WEIGHT));
    }

    private Done remove(PeerId peer) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        known(peer);
        node.configure(node.configFile().removePeer(peer));
        return new Done(true, peer + " is no uplink any more; its tunnel is removed");
    }

    private Done prioritise(PeerId peer, int weight) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        known(peer);
        node.configure(node.configFile().putPeer(peer, weight));
        return new Done(true, "%s has weight %d".formatted(peer, weight));
    }

    private Done drain(PeerId peer, Params params) throws RefusedException {
        requireEnabled();
        known(peer);
        Integer within = params.withinS();
        if (within != null && (within < 0 || within > LONGEST_DRAIN_S))
            throw new RefusedException(
                    Response.INVALID_PARAMS, "within_s: found %d; expected 0 to %d".formatted(within, LONGEST_DRAIN_S));
        boolean leave = !Boolean.FALSE.equals(params.enabled());
        var uplink = new PathId.Uplink(peer);
        boolean carried = node.failover().active().equals(uplink);
        if (!node.failover().paths().contains(uplink))
            throw new RefusedException(Response.REFUSED, "%s has no tunnel: nothing is on it".formatted(peer));
        node.drain(uplink, leave, Optional.ofNullable(within).map(Duration::ofSeconds));
        if (!leave) return new Done(true, peer + " may be used again");
        if (node.failover().active().equals(uplink))
            return new Done(true, "%s is left as soon as anything else works: nothing else does".formatted(peer));
        return new Done(
                true,
                "%s%s; what is left on it ends %s"
                        .formatted(
                                carried ? "new flows go by " + node.failover().active() : peer + " takes no new flows",
                                carried ? " instead of " + peer : "",
                                ending(node.failover().drains().until().get(uplink))));
    }

    private static String ending(@Nullable MonoTime until) {
        long seconds = until == null ? 0 : until.since(EventLoop.now()).toSeconds();
        return seconds <= 0 ? "now" : "within %d s".formatted(seconds + 1);
    }

    private Done failover(boolean automatic) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        boolean borrowing = node.failover().active() instanceof PathId.Uplink;
        boolean wanUp = node.failover().standing(node.failover().home()).up();
        node.configure(node.configFile().setMain("auto_failover", automatic ? "1" : "0"));
        if (automatic) return new Done(true, "failover is enabled");
        String now = borrowing ? "; new flows go by the own WAN again" : "";
        return new Done(true, "failover is disabled" + now + (wanUp ? "" : ", which is down"));
    }

    private Done withdraw() throws RefusedException, ConfigException, IOException {
        requireEnabled();
        node.configure(node.configFile().setMain("offer", "0"));
        return new Done(true, "the own WAN is no longer offered");
    }

    /** Whether it can be offered is known when a packet has gone the whole way: it is answered then. */
    private void offer(CompletableFuture<Object> result) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        node.configure(node.configFile().setMain("offer", "1"));
        offered(result, EventLoop.now().plus(OFFER_PATIENCE));
    }

    private void offered(CompletableFuture<Object> result, MonoTime latest) {
        boolean waits = !node.lending().settled() && node.config().mesh().isPresent();
        if (waits && !latest.isDue(EventLoop.now())) {
            CompletableFuture.delayedExecutor(OFFER_GLANCE.toMillis(), TimeUnit.MILLISECONDS, loop)
                    .execute(() -> offered(result, latest));
            return;
        }
        String standing = node.lending().available()
                ? "the own WAN is offered"
                : "the own WAN will be offered as soon as it can be (see wgctl status)";
        result.complete(new Done(
                true, node.lending().why().map(why -> standing + ": " + why).orElse(standing)));
    }

    private void measure(Params params, Caller caller, CompletableFuture<Object> result) throws RefusedException {
        requireEnabled();
        measuring.begin(params, caller, result);
    }

    private void test(Params params, Caller caller, CompletableFuture<Object> result) throws RefusedException {
        PeerId peer = peer(params);
        known(peer);
        UplinkView view = node.uplinks().views().of(peer);
        Optional<String> lendsNoMore =
                view.offer().filter(offer -> !offer.capabilities().available()).map(Offer::reason);
        Optional<Grant> grant = node.uplinks().grant(peer);
        Optional<Integer> number = node.uplinks().numberOf(new PathId.Uplink(peer));
        Optional<String> device = view.device();
        node.uplinks().hurry(peer, EventLoop.now());
        if (grant.isEmpty() || number.isEmpty() || device.isEmpty()) {
            boolean lends = view.offer().isPresent() && lendsNoMore.isEmpty();
            result.complete(TestFindings.withoutTunnel(peer, report.whyNot(peer).orElse("not leased yet"), lends));
            return;
        }
        TunnelAddresses addresses = grant.get().addresses();
        boolean progress = Boolean.TRUE.equals(params.progress());
        Consumer<TestStage> stages = progress ? s -> caller.tell(Notification.of(Notification.STAGE, s)) : s -> {};
        List<InetAddress> targets = node.config().trackIps();
        InetAddress resolver = Resolvers.of(grant.get()).stream()
                .min(Comparator.comparing(Family::of))
                .orElseThrow();
        // its own thread: the probes may wait for seconds, and the worker may be wanted
        Thread.ofPlatform().daemon().name("uplink-test").start(() -> {
            try {
                var subject = new UplinkTest.Subject(
                        peer,
                        device.get(),
                        Layout.probe(number.get()),
                        List.of(addresses.provider4(), addresses.provider6()),
                        targets,
                        resolver,
                        node.sinceHandshake(device.get(), grant.get().publicKey()),
                        lendsNoMore);
                result.complete(UplinkTest.run(subject, stages));
            } catch (OsException | TunnelException e) {
                result.completeExceptionally(new RefusedException(Response.REFUSED, Failures.text(e)));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
    }

    private void requireEnabled() throws RefusedException {
        if (!node.config().enabled())
            throw new RefusedException(
                    Response.REFUSED, "the service is switched off (option enabled in the configuration)");
    }

    private void another(PeerId peer) throws RefusedException {
        if (node.self().equals(Optional.of(peer)))
            throw new RefusedException(Response.REFUSED, "'%s' is this node itself".formatted(peer));
    }

    private void known(PeerId peer) throws RefusedException {
        another(peer);
        if (!node.config().peers().containsKey(peer))
            throw new RefusedException(
                    Response.REFUSED, "'%s' is not an uplink of this node (see wgctl uplink list)".formatted(peer));
    }

    private static PeerId peer(Params params) throws RefusedException {
        String id = params.peerId();
        if (id == null) throw new RefusedException(Response.INVALID_PARAMS, "peer_id is missing");
        try {
            return new PeerId(id);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Response.INVALID_PARAMS, Failures.text(e));
        }
    }

    private static int weight(Params params) throws RefusedException {
        Integer weight = params.weight();
        if (weight == null || weight < 1 || weight > Candidate.MAX_WEIGHT)
            throw new RefusedException(
                    Response.INVALID_PARAMS,
                    "weight: found %s; expected 1 to %d".formatted(weight, Candidate.MAX_WEIGHT));
        return weight;
    }

    private static boolean enabled(Params params) throws RefusedException {
        Boolean enabled = params.enabled();
        if (enabled == null) throw new RefusedException(Response.INVALID_PARAMS, "enabled is missing");
        return enabled;
    }
}
