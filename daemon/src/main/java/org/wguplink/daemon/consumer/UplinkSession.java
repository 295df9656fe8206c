package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.linux.ffi.OsException;

/** One uplink: has the tunnel follow the lease, and the trials and the probes follow the tunnel. Loop thread only. */
final class UplinkSession implements UplinkLease.Session, UnderlayTrials.Session {
    private static final Logger LOG = System.getLogger(UplinkSession.class.getName());
    private static final Duration RENEWAL_DELAY = Duration.ofSeconds(1);

    /** What sessions need of their surroundings. */
    record Tools(Loop loop, PathProbes probes, Tunnels tunnels, TunnelKeys keys, LeaseClient leases) {}

    /** Hears that something about a session has changed: plan and judge anew. */
    interface Listener {
        void changed(UplinkSession session, MonoTime now);
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
    private final UplinkLease lease;
    private final UplinkProbe probe;
    private final UplinkMtu mtu;
    private boolean made;

    /** Nothing happens before {@link #open}. */
    UplinkSession(Tools tools, Listener listener, PeerId peer, int number, Care care) {
        this.tools = tools;
        this.listener = listener;
        this.peer = peer;
        this.number = number;
        this.device = TunnelName.of(peer);
        this.tunnel = new UplinkTunnel(tools.tunnels(), tools.keys(), device);
        this.care = care;
        this.trials = new UnderlayTrials(tools.loop(), tools.leases(), tunnel, peer, this);
        this.lease = new UplinkLease(tools.leases(), peer, device, care.longestPause(), this);
        this.openedAt = EventLoop.now();
        this.probe = new UplinkProbe(tools.probes(), device, number, care, new Probes());
        this.mtu = new UplinkMtu(tools.probes(), peer, device, number, this::narrowed);
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

    UplinkLease lease() {
        return lease;
    }

    UplinkProbe probe() {
        return probe;
    }

    Optional<Grant> grant() {
        return lease.grant();
    }

    Verdict verdict() {
        return probe.verdict();
    }

    Optional<Duration> latency() {
        return probe.latency();
    }

    /** Makes the interface, or finds it as an earlier run left it, and asks for a lease. */
    @Override
    public void open() {
        if (lease.isClosed()) return;
        lease.opening();
        prepare(prepared -> lease.ask(Optional.empty()));
    }

    /**
     * Takes up the lease of an earlier run instead of {@link #open}. Where the interface is still there, it carries
     * traffic all the while; after a reboot it is made again. A new key is unknown to the provider, so it is asked first.
     */
    void resume(Grant grant, Duration left, MonoTime now) {
        MonoTime expiresAt = now.plus(left);
        lease.resume(grant, expiresAt, tools.leases().exists(device));
        prepare(prepared -> {
            MonoTime then = EventLoop.now();
            if (prepared.fresh()) lease.ask(Optional.empty());
            else lease.take(grant, then, expiresAt, then);
        });
    }

    private void prepare(Consumer<UplinkTunnel.Prepared> then) {
        tools.loop()
                .work(
                        () -> tunnel.prepare(tools.loop().wall().isLost()),
                        prepared -> {
                            if (lease.isClosed()) return;
                            lease.prepared(prepared);
                            then.accept(prepared);
                        },
                        e -> lease.pauseBecause(Failures.text(e), EventLoop.now()));
    }

    @Override
    public int mtu() {
        return mtu.within(tools.leases().mtuTowards(trials.endpoints()));
    }

    @Override
    public void leased(Grant grant, boolean sameTunnel) {
        trials.stated(grant.reachedAt());
        int fits = mtu.by(grant, mtu());
        boolean resized = sameTunnel && made;
        if (resized && fits == mtu.set()) return;
        mtu.set(fits);
        made = resized;
        int port = lease.listenPort();
        Endpoint first = resized ? grant.endpoint() : trials.first(grant);
        tools.loop()
                .work(
                        () -> tunnel.lead(grant, first, fits, port),
                        status -> {
                            if (lease.isClosed() || resized) return;
                            LOG.log(Level.INFO, "uplink {0}: leased, {1}", peer, device);
                            made = true;
                            listener.changed(this, EventLoop.now());
                            startProbe();
                        },
                        e -> lease.pauseBecause(Failures.text(e), EventLoop.now()));
    }

    @Override
    public void call(EndpointKind kind) {
        if (!lease.isClosed()) lease.renew(Optional.of(kind));
    }

    @Override
    public void answered(MonoTime now) {
        probe.hurry(now);
    }

    @Override
    public void unleased(MonoTime now) {
        stopProbe();
        trials.ended();
        listener.changed(this, now);
    }

    private void startProbe() {
        try {
            probe.start();
        } catch (OsException e) {
            lease.pauseBecause(Failures.text(e), EventLoop.now());
        }
    }

    private void stopProbe() {
        probe.stop();
        mtu.stop();
    }

    /** The provider is told, too. */
    private void narrowed(MonoTime now) {
        lease.renewBy(now);
        listener.changed(this, now);
    }

    private final class Probes implements UplinkProbe.Listener {
        @Override
        public void judged(Verdict tunnel, MonoTime now) {
            if (tunnel == Verdict.UP || tunnel == Verdict.DOWN) trials.hurry(now);
            if (tunnel == Verdict.UP) grant().ifPresent(mtu::watch);
            // the provider may have lost the lease, or moved: ask, but not at every flap
            if (tunnel == Verdict.DOWN) lease.renewBy(now.plus(RENEWAL_DELAY));
        }

        @Override
        public void changed(MonoTime now) {
            listener.changed(UplinkSession.this, now);
        }
    }

    /**
     * The interface is gone, whoever took it: begin again.
     *
     * @param moved whether this node is elsewhere than before: the provider learns it at once
     */
    void observe(NetworkSnapshot network, boolean moved) {
        if (lease.isClosed()) return;
        trials.observed(moved);
        if (!made) return;
        if (network.link(device).isPresent()) {
            if (moved) moved();
            return;
        }
        LOG.log(Level.WARNING, "uplink {0}: {1} has vanished", peer, device);
        made = false;
        stopProbe();
        open();
        listener.changed(this, EventLoop.now());
    }

    /** Is looked after in another way from now on. */
    void configure(Care next, MonoTime now) {
        care = next;
        lease.pauseAtMost(next.longestPause(), now);
        try {
            probe.configure(next, now);
        } catch (OsException e) {
            lease.pauseBecause(Failures.text(e), now);
        }
    }

    /** What the provider's name stands for is another. */
    void namesChanged() {
        trials.observed(false);
    }

    /** This node's outer packets come from elsewhere: the provider is told. */
    void moved() {
        if (lease.isClosed() || !made) return;
        tools.loop()
                .work(
                        tunnel::moved,
                        told -> LOG.log(Level.DEBUG, "uplink {0}: told where we are", peer),
                        e -> LOG.log(Level.WARNING, "uplink {0}: {1}", peer, Failures.text(e)));
    }

    void tick(MonoTime now) {
        if (lease.isClosed()) return;
        lease.tick(probe.pulse().holds(now), now);
        if (!trials.improving()) probe.tick(now);
        mtu.tick(verdict(), now);
        trials.tick(probe.pulse().dead(now), probe.idle(), latency(), now);
    }

    MonoTime nextWake(MonoTime now) {
        MonoTime own = lease.nextWake(now);
        MonoTime trial = trials.nextWake(probe.pulse().dead(now), now);
        Optional<MonoTime> echo = mtu.nextWake(verdict(), now);
        return Stream.of(Stream.of(own, trial), probe.nextWake().stream(), echo.stream())
                .flatMap(wakes -> wakes)
                .min(MonoTime::compareTo)
                .orElse(own);
    }

    /**
     * Whether it counts as an uplink that is ready for a family, or may soon be: a new one has the failover timeout to prove
     * itself.
     */
    boolean promises(Family family, MonoTime now) {
        if (lease.trouble().isPresent()) return false;
        return switch (probe.verdict(family)) {
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
        if (grant().filter(g -> !g.publicKey().equals(offer.publicKey())).isPresent()) lease.renew(Optional.empty());
    }

    /** Where the provider's end is, as far as is known. */
    Optional<Endpoint> endpoint() {
        return trials.endpoint();
    }

    /** Why there is no way to the provider at all, once every one was tried in vain. */
    Optional<String> unreachable() {
        return trials.unreachable()
                .filter(why -> lease.trouble().isPresent() || (verdict() == Verdict.DOWN && trials.exhausted()));
    }

    /** Ask for the internet through it at once, or for a lease. */
    void hurry(MonoTime now) {
        if (lease.isClosed()) return;
        if (lease.trouble().isPresent()) open();
        probe.hurry(now);
    }

    /** Of the plan, as long as there is a lease. */
    Optional<UplinkPath> path() {
        return grant().map(g -> new UplinkPath(number, device, g.addresses(), Resolvers.of(g), mtu.narrowed()));
    }

    /** Gives the lease back and removes the interface. */
    void close() {
        stopProbe();
        lease.close();
        tools.loop()
                .work(
                        tunnel::remove,
                        removed -> LOG.log(Level.INFO, "uplink {0}: {1} removed", peer, removed),
                        e -> LOG.log(Level.WARNING, "uplink {0}: {1}", peer, Failures.text(e)));
    }
}
