package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.endpoint.Trials;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;

/**
 * Leads the tunnel of one uplink to the provider's endpoints one after the other while it is dead, and looks whether
 * WireGuard hears an answer: that takes a round trip, where a handshake repeated by WireGuard itself takes 5 s. Loop
 * thread only.
 */
final class UnderlayTrials {
    private static final Logger LOG = System.getLogger(UnderlayTrials.class.getName());

    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(2);
    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(1);
    /** When nobody has answered so far, the provider is asked over the mesh to call us: it may be behind NAT. */
    private static final Duration CALL_AFTER = Duration.ofMillis(300);

    /** How soon a tunnel over our own WAN is led to an endpoint that avoids it, to see; doubling. */
    private static final Duration FIRST_IMPROVEMENT = Duration.ofMinutes(1);

    /** After a change here: the routes that belong to a new address come one by one. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final Duration LAST_IMPROVEMENT = Duration.ofMinutes(30);
    private static final Duration LOOK_WHILE_TRYING = Duration.ofMillis(150);
    private static final Duration LOOK_WHILE_DEAD = Duration.ofSeconds(2);
    private static final Duration LOOK_WHILE_WELL = Duration.ofSeconds(30);

    /** The session that the tunnel is of. */
    interface Session {
        /** Asks the provider to begin a handshake with our endpoint of that kind. */
        void call(EndpointKind kind);

        /** The provider's end answers: see at once whether the internet does too. */
        void answered(MonoTime now);
    }

    private final Loop loop;
    private final LeaseClient leases;
    private final UplinkTunnel tunnel;
    private final PeerId peer;
    private final Session session;
    private Trials trials = Trials.NONE;
    private List<TypedEndpoint> stated = List.of();
    private boolean providerBehindNat;
    private Optional<Grant> grant = Optional.empty();
    /** Where WireGuard heard the provider last: perhaps elsewhere than where it was led. */
    private Optional<Endpoint> heardAt = Optional.empty();

    private Optional<MonoTime> callAt = Optional.empty();
    private MonoTime lookAt = EventLoop.now();
    private MonoTime improveAt = EventLoop.now().plus(FIRST_IMPROVEMENT);
    private Duration improvement = FIRST_IMPROVEMENT;
    private boolean busy;
    private long received;

    UnderlayTrials(Loop loop, LeaseClient leases, UplinkTunnel tunnel, PeerId peer, Session session) {
        this.loop = loop;
        this.leases = leases;
        this.tunnel = tunnel;
        this.peer = peer;
        this.session = session;
    }

    /** The provider has said where it is, in an offer or with a lease; the newest word counts. */
    void stated(List<TypedEndpoint> endpoints) {
        stated = endpoints;
        trials = trials.with(leases.order(stated));
    }

    /** The provider's offer: where it is, and whether it can be called there. */
    void offered(Offer offer) {
        providerBehindNat = offer.behindNat();
        stated(offer.reachedAt());
    }

    /** The tunnel is about to be made for this lease. Where it is to lead first. */
    Endpoint first(Grant given) {
        grant = Optional.of(given);
        heardAt = Optional.empty();
        received = 0;
        Optional<TypedEndpoint> best = trials.order().stream().findFirst();
        best.ifPresent(e -> trials = trials.ledTo(e));
        return best.map(TypedEndpoint::endpoint).orElse(given.endpoint());
    }

    /** Everywhere the tunnel may be led to. */
    List<Endpoint> endpoints() {
        return Stream.concat(
                        grant.map(Grant::endpoint).stream(),
                        trials.order().stream().map(TypedEndpoint::endpoint))
                .toList();
    }

    /** There is no lease any more. */
    void ended() {
        grant = Optional.empty();
        heardAt = Optional.empty();
    }

    /** The network here may have changed, or what a name stands for. */
    void observed(boolean changed) {
        trials = trials.with(leases.order(stated));
        if (!changed) return;
        trials = trials.again();
        improvement = FIRST_IMPROVEMENT;
        improveAt = EventLoop.now().plus(SETTLED);
    }

    /** Where the tunnel leads, as far as is known. */
    Optional<Endpoint> endpoint() {
        return heardAt.or(() -> trials.current().map(TypedEndpoint::endpoint)).or(() -> grant.map(Grant::endpoint));
    }

    /** Why nobody may ever answer: neither end can be called from outside. */
    Optional<String> unreachable() {
        return leases.behindNat() && providerBehindNat ? Optional.of("unreachable: both behind NAT") : Optional.empty();
    }

    /** Whether in the last round nobody answered anywhere. */
    boolean exhausted() {
        return trials.exhausted();
    }

    /**
     * Does what is due.
     *
     * @param dead whether nothing comes through the tunnel: what works, or may, is left alone
     * @param idle whether it works and nobody would miss it for a second
     * @param rtt of the tunnel when it worked
     */
    void tick(boolean dead, boolean idle, Optional<Duration> rtt, MonoTime now) {
        if (grant.isEmpty() || busy) return;
        Trials.Step step =
                idle && improves(now) ? trials.improve(patience(rtt), now) : trials.tick(dead, patience(rtt), now);
        trials = step.trials();
        if (!trials.listening()) callAt = Optional.empty();
        if (step.lead().isPresent()) {
            lead(step.lead().get(), now);
            return;
        }
        if (callAt.filter(at -> at.isDue(now)).isPresent()) {
            callAt = Optional.empty();
            trials.current().ifPresent(e -> session.call(e.kind()));
        }
        if (lookAt.isDue(now)) look(dead);
    }

    /** An uplink over the WAN that it is to replace is of little use: whether it is time to look for a better way. */
    private boolean improves(MonoTime now) {
        if (!improveAt.isDue(now) || trials.listening()) return false;
        improveAt = now.plus(improvement);
        Duration twice = improvement.multipliedBy(2);
        improvement = twice.compareTo(LAST_IMPROVEMENT) > 0 ? LAST_IMPROVEMENT : twice;
        Optional<Endpoint> present = endpoint();
        Optional<Endpoint> best = trials.order().stream().findFirst().map(TypedEndpoint::endpoint);
        return present.filter(leases::ridesOwnWan).isPresent()
                && best.filter(b -> !leases.ridesOwnWan(b)).isPresent();
    }

    /** Whether the tunnel is led elsewhere just now, to see: its silence says nothing. */
    boolean improving() {
        return trials.improving();
    }

    private static Duration patience(Optional<Duration> rtt) {
        return rtt.map(r -> USUAL_PATIENCE.plus(r))
                .filter(p -> p.compareTo(LONGEST_PATIENCE) < 0)
                .orElse(rtt.isPresent() ? LONGEST_PATIENCE : USUAL_PATIENCE);
    }

    private void lead(TypedEndpoint to, MonoTime now) {
        LOG.log(Level.DEBUG, "uplink {0}: tries {1}", peer, to);
        busy = true;
        received = 0;
        // the provider's end works: it is not to begin anew for a look
        callAt = trials.improving() ? Optional.empty() : Optional.of(now.plus(CALL_AFTER));
        lookAt = now.plus(LOOK_WHILE_TRYING);
        leases.tried(stated, to);
        Grant given = grant.orElseThrow();
        loop.work(
                () -> {
                    tunnel.renew(given, to.endpoint());
                    return to;
                },
                done -> busy = false,
                e -> {
                    busy = false;
                    LOG.log(Level.WARNING, "uplink {0}: {1}: {2}", peer, to, Failures.text(e));
                });
    }

    private void look(boolean dead) {
        busy = true;
        Grant given = grant.orElseThrow();
        loop.work(
                () -> tunnel.peer(given),
                found -> {
                    busy = false;
                    found.ifPresent(this::seen);
                    lookAt = EventLoop.now().plus(pace(dead));
                },
                e -> {
                    busy = false;
                    lookAt = EventLoop.now().plus(LOOK_WHILE_DEAD);
                    LOG.log(Level.DEBUG, "uplink {0}: {1}", peer, Failures.text(e));
                });
    }

    private Duration pace(boolean dead) {
        if (trials.improving()) return LOOK_WHILE_TRYING;
        if (!dead) return LOOK_WHILE_WELL;
        return trials.phase() instanceof Trials.Phase.Trying ? LOOK_WHILE_TRYING : LOOK_WHILE_DEAD;
    }

    private void seen(TunnelStatus.Peer now) {
        boolean more = now.rxBytes() > received && now.latestHandshake().isPresent();
        received = now.rxBytes();
        if (!more) return;
        heardAt = now.endpoint();
        boolean tried = trials.listening() && !(trials.phase() instanceof Trials.Phase.Answered);
        trials = trials.heard(EventLoop.now());
        if (!tried) return;
        callAt = Optional.empty();
        LOG.log(
                Level.INFO,
                "uplink {0}: answers at {1}",
                peer,
                heardAt.map(Endpoint::toString).orElse("an endpoint"));
        session.answered(EventLoop.now());
    }

    /** Looks soon where the provider is heard now: it has begun to work, or has stopped. */
    void hurry(MonoTime now) {
        lookAt = now;
    }

    MonoTime nextWake(boolean dead, MonoTime now) {
        if (grant.isEmpty() || busy) return now.plus(LOOK_WHILE_WELL);
        return Stream.of(
                        Optional.of(lookAt),
                        callAt,
                        dead || trials.improving() ? trials.nextWake() : Optional.<MonoTime>empty())
                .flatMap(Optional::stream)
                .min(MonoTime::compareTo)
                .orElse(lookAt);
    }
}
