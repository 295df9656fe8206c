package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;

/**
 * One uplink: the interface, the lease, the tunnel, the probes through it. Loop thread only.
 *
 * <pre>  Opening (interface made, lease asked for) ──granted──► Leased (renewed at half its life) ──► closed
 *            ▲                       │ refused, no answer           │ expired
 *            └──────── Waiting ◄─────┴──────────────────────────────┘</pre>
 */
final class UplinkSession {
    private static final Logger LOG = System.getLogger(UplinkSession.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration RENEWAL_DELAY = Duration.ofSeconds(1);
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);
    private static final Duration SLEEP = Duration.ofMinutes(1);
    /** How often it is looked whether a lease that could not be renewed holds still. */
    private static final Duration HELD = Duration.ofSeconds(10);

    /** What sessions need of their surroundings. */
    record Tools(EventLoop loop, Tunnels tunnels, TunnelKeys keys, LeaseClient leases) {}

    /** Hears that something about a session has changed: plan and judge anew. */
    interface Listener {
        void changed(UplinkSession session, MonoTime now);
    }

    private sealed interface Phase {
        record Opening() implements Phase {}

        record Waiting(MonoTime until, String why) implements Phase {}

        record Leased(LeaseTerm term) implements Phase {}
    }

    private final Tools tools;
    private final Listener listener;
    private Care care;
    private final MonoTime openedAt;
    private final UplinkTunnel tunnel;
    private final UnderlayTrials trials;
    private final PeerId peer;
    private final int number;
    private final String device;
    private Phase phase = new Phase.Opening();
    private Optional<WireGuardKey> key = Optional.empty();
    private int listenPort;
    /** As it was set last. */
    private int mtu;

    private Duration pause = FIRST_PAUSE;
    private final UplinkProbe probe;
    private boolean made;
    private boolean lost;
    private boolean closed;
    /** Whether the lease is of an earlier run, and not renewed yet. */
    private boolean resumed;

    /** Nothing happens before {@link #open}. */
    UplinkSession(Tools tools, Listener listener, PeerId peer, int number, Care care) {
        this.tools = tools;
        this.listener = listener;
        this.peer = peer;
        this.number = number;
        this.device = TunnelName.of(peer);
        this.tunnel = new UplinkTunnel(tools.tunnels(), tools.keys(), device);
        this.care = care;
        this.trials = new UnderlayTrials(tools.loop(), tools.leases(), tunnel, peer, new Trying());
        this.openedAt = EventLoop.now();
        this.probe = new UplinkProbe(tools.loop(), device, Layout.mark(number), care, this::judged);
    }

    PeerId peer() {
        return peer;
    }

    int number() {
        return number;
    }

    String device() {
        return device;
    }

    Optional<Grant> grant() {
        return phase instanceof Phase.Leased leased ? Optional.of(leased.term.grant()) : Optional.empty();
    }

    Optional<Duration> expiresIn(MonoTime now) {
        return phase instanceof Phase.Leased leased
                ? Optional.of(leased.term.expiresAt().since(now))
                : Optional.empty();
    }

    /** Why there is no lease; empty when there is one or it is being asked for. */
    Optional<String> trouble() {
        return phase instanceof Phase.Waiting waiting ? Optional.of(waiting.why) : Optional.empty();
    }

    Verdict verdict() {
        return probe.verdict();
    }

    Optional<Duration> latency() {
        return probe.latency();
    }

    /** Whether a lease was lost since this was asked last. */
    boolean lostLease() {
        boolean was = lost;
        lost = false;
        return was;
    }

    /** Makes the interface, or finds it as an earlier run left it, and asks for a lease. */
    void open() {
        if (closed) return;
        lost |= phase instanceof Phase.Leased;
        phase = new Phase.Opening();
        tools.loop()
                .work(
                        () -> tunnel.prepare(tools.loop().wall().isLost()),
                        prepared -> {
                            if (closed) return;
                            prepared(prepared);
                            ask(Optional.empty());
                        },
                        e -> pauseBecause(Failures.text(e), EventLoop.now()));
    }

    private void prepared(UplinkTunnel.Prepared prepared) {
        listenPort = prepared.listenPort();
        key = Optional.of(prepared.key());
    }

    /**
     * Takes up the lease of an earlier run instead of {@link #open}. Where the interface is still there, it carries
     * traffic all the while; after a reboot it is made again. A new key is unknown to the provider, so it is asked first.
     */
    void resume(Grant grant, Duration left, MonoTime now) {
        MonoTime expiresAt = now.plus(left);
        resumed = true;
        if (tools.leases().exists(device)) phase = new Phase.Leased(new LeaseTerm(grant, expiresAt, expiresAt, true));
        tools.loop()
                .work(
                        () -> tunnel.prepare(tools.loop().wall().isLost()),
                        prepared -> {
                            if (closed) return;
                            prepared(prepared);
                            MonoTime then = EventLoop.now();
                            if (prepared.fresh()) ask(Optional.empty());
                            else take(grant, then, expiresAt, then);
                        },
                        e -> pauseBecause(Failures.text(e), EventLoop.now()));
    }

    /** The provider is in the mesh: a lease of an earlier run is renewed. */
    void confirm(MonoTime now) {
        if (resumed && phase instanceof Phase.Leased(var term)) phase = new Phase.Leased(term.renewedBy(now));
    }

    private void ask(Optional<EndpointKind> call) {
        tools.leases()
                .request(
                        peer,
                        device,
                        key.orElseThrow(),
                        listenPort,
                        tools.leases().mtuTowards(trials.endpoints()),
                        call,
                        answer -> answered(answer, EventLoop.now()),
                        why -> failed(why, EventLoop.now()));
    }

    private void renew(LeaseTerm term, Optional<EndpointKind> call) {
        phase = new Phase.Leased(term.asked());
        ask(call);
    }

    private void answered(LeaseAnswer answer, MonoTime now) {
        if (closed) return;
        switch (answer) {
            case Grant grant -> granted(grant, now);
            case Refusal refusal -> failed(refusal.reason(), now);
        }
    }

    /** No lease, or no renewal of it: then it holds until it expires, and is asked for again before. */
    private void failed(String why, MonoTime now) {
        if (closed) return;
        if (phase instanceof Phase.Leased(var term)) phase = new Phase.Leased(term.renewedAt(now.plus(RENEWAL_PAUSE)));
        else pauseBecause(why, now);
    }

    private void granted(Grant grant, MonoTime now) {
        resumed = false;
        take(grant, now.plus(grant.lifetime().dividedBy(2)), now.plus(grant.lifetime()), now);
    }

    private void take(Grant grant, MonoTime renewAt, MonoTime expiresAt, MonoTime now) {
        Optional<InetNetwork> collision =
                grant.addresses().collision(tools.leases().prefixesBut(device));
        if (collision.isPresent()) {
            pauseBecause("its addresses collide with %s, which is in use here".formatted(collision.get()), now);
            return;
        }
        pause = FIRST_PAUSE;
        boolean same = phase instanceof Phase.Leased(var before) && before.sameTunnel(grant);
        phase = new Phase.Leased(new LeaseTerm(grant, renewAt, expiresAt, false));
        trials.stated(grant.reachedAt());
        int fits = Math.min(grant.mtu(), tools.leases().mtuTowards(trials.endpoints()));
        if (same && made && fits == mtu) return;
        mtu = fits;
        boolean resized = same && made;
        made = resized;
        int port = listenPort;
        Endpoint first = resized ? grant.endpoint() : trials.first(grant);
        tools.loop()
                .work(
                        () -> tunnel.lead(grant, first, fits, port),
                        status -> {
                            if (closed || resized) return;
                            LOG.log(Level.INFO, "uplink {0}: leased, {1}", peer, device);
                            made = true;
                            listener.changed(this, EventLoop.now());
                            startProbe();
                        },
                        e -> pauseBecause(Failures.text(e), EventLoop.now()));
    }

    private void startProbe() {
        try {
            probe.start();
        } catch (OsException e) {
            pauseBecause(Failures.text(e), EventLoop.now());
        }
    }

    private void judged(Verdict verdict, MonoTime now) {
        if (verdict == Verdict.UP || verdict == Verdict.DOWN) trials.hurry(now);
        // the provider may have lost the lease, or moved: ask, but not at every flap
        if (verdict == Verdict.DOWN && phase instanceof Phase.Leased(var term))
            phase = new Phase.Leased(term.renewedBy(now.plus(RENEWAL_DELAY)));
        listener.changed(this, now);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static MonoTime earlier(MonoTime a, MonoTime b) {
        return a.isBefore(b) ? a : b;
    }

    /**
     * The interface is gone, whoever took it: begin again.
     *
     * @param moved whether this node is elsewhere than before: the provider learns it at once
     */
    void observe(NetworkSnapshot network, boolean moved) {
        if (closed) return;
        trials.observed(moved);
        if (!made) return;
        if (network.link(device).isPresent()) {
            if (moved) moved();
            return;
        }
        LOG.log(Level.WARNING, "uplink {0}: {1} has vanished", peer, device);
        made = false;
        probe.stop();
        open();
        listener.changed(this, EventLoop.now());
    }

    /** Is looked after in another way from now on. */
    void configure(Care next, MonoTime now) {
        care = next;
        if (phase instanceof Phase.Waiting(var until, var why))
            phase = new Phase.Waiting(earlier(until, now.plus(next.longestPause())), why);
        try {
            probe.configure(next, now);
        } catch (OsException e) {
            pauseBecause(Failures.text(e), now);
        }
    }

    /** What the provider's name stands for is another. */
    void namesChanged() {
        trials.observed(false);
    }

    /** This node's outer packets come from elsewhere: the provider is told. */
    void moved() {
        if (closed || !made) return;
        tools.loop()
                .work(
                        () -> {
                            tunnel.moved();
                            return device;
                        },
                        told -> LOG.log(Level.DEBUG, "uplink {0}: told where we are", peer),
                        e -> LOG.log(Level.WARNING, "uplink {0}: {1}", peer, Failures.text(e)));
    }

    private void pauseBecause(String why, MonoTime now) {
        if (closed) return;
        LOG.log(Level.INFO, "uplink {0}: no lease: {1}", peer, why);
        probe.stop();
        lost |= phase instanceof Phase.Leased;
        trials.ended();
        phase = new Phase.Waiting(now.plus(shorter(pause, care.longestPause())), why);
        pause = shorter(pause.multipliedBy(2), SLEEP);
        listener.changed(this, now);
    }

    void tick(MonoTime now) {
        if (closed) return;
        switch (phase) {
            case Phase.Opening() -> {}
            case Phase.Waiting(var until, var why) -> {
                if (until.isDue(now)) open();
            }
            case Phase.Leased(var term) -> {
                if (term.expiresAt().isDue(now) && !probe.pulse().holds(now)) {
                    pauseBecause("the lease has expired", now);
                } else if (term.expiresAt().isDue(now)) {
                    phase = new Phase.Leased(term.heldUntil(now.plus(HELD)));
                } else if (!term.asking() && term.renewAt().isDue(now)) {
                    renew(term, Optional.empty());
                }
            }
        }
        if (!trials.improving()) probe.tick(now);
        trials.tick(probe.pulse().dead(now), probe.idle(), latency(), now);
    }

    MonoTime nextWake(MonoTime now) {
        MonoTime own = switch (phase) {
            case Phase.Opening() -> now.plus(SLEEP);
            case Phase.Waiting(var until, var why) -> until;
            case Phase.Leased(var term) -> term.nextWake();
        };
        return Stream.of(
                        Optional.of(own),
                        probe.nextWake(),
                        Optional.of(trials.nextWake(probe.pulse().dead(now), now)))
                .flatMap(Optional::stream)
                .min(MonoTime::compareTo)
                .orElse(own);
    }

    /**
     * Whether it counts as an uplink that is ready, or may soon be: a new one has the failover timeout to prove itself.
     */
    boolean promising(MonoTime now) {
        if (phase instanceof Phase.Waiting) return false;
        return switch (verdict()) {
            case UP, SUSPECT -> true;
            case DOWN -> false;
            case UNKNOWN -> !provenBy().isDue(now);
        };
    }

    /** When the patience with a new session ends. */
    MonoTime provenBy() {
        return care.provenBy(openedAt);
    }

    /** What the provider says of itself now: where it is, and with which key; with another one, ask anew. */
    void offered(Offer offer) {
        trials.offered(offer);
        if (phase instanceof Phase.Leased(var term)
                && !term.asking()
                && !term.grant().publicKey().equals(offer.publicKey())) renew(term, Optional.empty());
    }

    /** Where the provider's end is, as far as is known. */
    Optional<Endpoint> endpoint() {
        return trials.endpoint();
    }

    /** Why there is no way to the provider at all, once every one was tried in vain. */
    Optional<String> unreachable() {
        return trials.unreachable()
                .filter(why -> trouble().isPresent() || (verdict() == Verdict.DOWN && trials.exhausted()));
    }

    /** Whether it carries traffic now: probed at the pace of that. */
    void inUse(boolean carries, MonoTime now) {
        probe.inUse(carries, now);
    }

    /** What it rides on has died: until something comes back through it, it is not believed to live. */
    void doubt(MonoTime now) {
        probe.doubt(now);
    }

    /** Ask for the internet through it at once, or for a lease. */
    void hurry(MonoTime now) {
        if (closed) return;
        if (phase instanceof Phase.Waiting) open();
        probe.hurry(now);
    }

    Optional<PathRoute> route() {
        if (grant().isEmpty()) return Optional.empty();
        Map<Family, Optional<InetAddress>> direct = new EnumMap<>(Family.class);
        for (Family family : Family.values()) direct.put(family, Optional.empty());
        return Optional.of(PathRoute.uplink(number, device, direct));
    }

    Optional<FirewallPlan.Path> filter() {
        return grant().map(g -> new FirewallPlan.Path(
                number,
                device,
                true,
                Set.of(g.addresses().consumer4(), g.addresses().consumer6())));
    }

    private final class Trying implements UnderlayTrials.Session {
        @Override
        public void call(EndpointKind kind) {
            if (!closed && phase instanceof Phase.Leased(var term) && !term.asking()) renew(term, Optional.of(kind));
        }

        @Override
        public void answered(MonoTime now) {
            probe.hurry(now);
        }
    }

    /** Gives the lease back and removes the interface. */
    void close() {
        closed = true;
        probe.stop();
        if (grant().isPresent()) key.ifPresent(k -> tools.leases().release(peer, k));
        tools.loop()
                .work(
                        () -> {
                            tools.tunnels().remove(device);
                            return device;
                        },
                        removed -> LOG.log(Level.INFO, "uplink {0}: {1} removed", peer, removed),
                        e -> LOG.log(Level.WARNING, "uplink {0}: {1}", peer, Failures.text(e)));
    }
}
