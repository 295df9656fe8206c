package org.wguplink.daemon.control;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.wguplink.control.Done;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Response;
import org.wguplink.control.UplinkList;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Candidate;
import org.wguplink.daemon.Node;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;

/** What the methods of the control protocol do. Every call is carried out on the loop. */
public final class ControlApi {
    private final EventLoop loop;
    private final Node node;
    private final Report report;

    public ControlApi(EventLoop loop, Node node, Report report) {
        this.loop = loop;
        this.node = node;
        this.report = report;
    }

    /** The request is sound, but it is not done: the message says why. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int code;

        RefusedException(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** The result, one of the records of the protocol; or a {@link RefusedException}. From any thread. */
    CompletableFuture<Object> call(Method method, Params params) {
        var result = new CompletableFuture<Object>();
        loop.execute(() -> {
            try {
                if (method == Method.UPLINK_TEST) {
                    test(peer(params), result);
                    return;
                }
                result.complete(run(method, params));
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
            case UPLINK_ADD -> add(peer(params));
            case UPLINK_REMOVE -> remove(peer(params));
            case UPLINK_SET_PRIORITY -> prioritise(peer(params), weight(params));
            case UPLINK_FAILOVER -> failover(enabled(params));
            case UPLINK_OFFER -> offer(true);
            case UPLINK_WITHDRAW -> offer(false);
            case UPLINK_TEST -> throw new AssertionError("answered later");
        };
    }

    private Done add(PeerId peer) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        if (node.self().equals(Optional.of(peer)))
            throw new RefusedException(Response.INVALID_PARAMS, peer + " is this node itself");
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

    private Done failover(boolean automatic) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        boolean borrowing = node.failover().active() instanceof PathId.Uplink;
        boolean wanUp = node.failover().standing(PathId.WAN).up();
        node.configure(node.configFile().setMain("auto_failover", automatic ? "1" : "0"));
        if (automatic) return new Done(true, "failover is enabled");
        String now = borrowing ? "; new flows go by the own WAN again" : "";
        return new Done(true, "failover is disabled" + now + (wanUp ? "" : ", which is down"));
    }

    private Done offer(boolean lend) throws RefusedException, ConfigException, IOException {
        requireEnabled();
        node.configure(node.configFile().setMain("offer", lend ? "1" : "0"));
        if (!lend) return new Done(true, "the own WAN is no longer offered");
        String before = node.lending().available()
                ? "the own WAN is offered"
                : "the own WAN will be offered as soon as it can be (see wgctl status)";
        return new Done(
                true, node.lending().why().map(why -> before + ": " + why).orElse(before));
    }

    private void test(PeerId peer, CompletableFuture<Object> result) throws RefusedException {
        known(peer);
        var uplink = new PathId.Uplink(peer);
        Config config = node.config();
        var route = node.uplinks().routes().stream()
                .filter(r -> node.uplinks().numberOf(uplink).equals(Optional.of(r.number())))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        Response.REFUSED,
                        "there is no tunnel to %s: %s"
                                .formatted(peer, report.whyNot(peer).orElse("not leased yet"))));
        // its own thread: the probes may wait for seconds, and the worker may be wanted
        Thread.ofPlatform().daemon().name("uplink-test").start(() -> {
            try {
                result.complete(UplinkTest.run(peer, route, config.trackIps(), Duration.ofSeconds(3)));
            } catch (Exception e) {
                result.completeExceptionally(new RefusedException(Response.REFUSED, Failures.text(e)));
            }
        });
        node.uplinks().hurry(peer, EventLoop.now());
    }

    private void requireEnabled() throws RefusedException {
        if (!node.config().enabled())
            throw new RefusedException(
                    Response.REFUSED, "the service is switched off (option enabled in the configuration)");
    }

    private void known(PeerId peer) throws RefusedException {
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
