package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/**
 * Knows whether one uplink has a lease, and when it is asked for, renewed or lost. Loop thread only.
 *
 * <pre>  Opening (interface made, lease asked for) ──granted──► Leased (renewed at half its life) ──► closed
 *            ▲                       │ refused, no answer           │ expired
 *            └──────── Waiting ◄─────┴──────────────────────────────┘</pre>
 */
final class UplinkLease {
    private static final Logger LOG = System.getLogger(UplinkLease.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);
    private static final Duration SLEEP = Duration.ofMinutes(1);
    /** How often it is looked whether a lease that could not be renewed holds still. */
    private static final Duration HELD = Duration.ofSeconds(10);

    /** Asks providers. */
    interface Office {
        /** One of the two continuations runs on the loop, at once or later. */
        void request(
                PeerId provider,
                String device,
                UplinkTunnel.Prepared own,
                int mtu,
                Optional<EndpointKind> call,
                Consumer<LeaseAnswer> answered,
                Consumer<String> failed);

        void release(PeerId provider, WireGuardKey key);

        /** Releases what nobody wants, unless the provider was asked again since: then that is what it holds. */
        void giveBack(Grant unwanted, WireGuardKey key);

        /** What this node uses apart from one tunnel's own addresses. */
        List<InetNetwork> prefixesBut(String device);
    }

    /** The session that the lease is of. */
    interface Session {
        /** Makes the interface ready, and then asks. */
        void open();

        /** There is a lease, or a renewed one. */
        void leased(Grant grant, boolean sameTunnel);

        /** There is none, or none any more. */
        void unleased(MonoTime now);

        /** What fits through the tunnel at this end. */
        int mtu();
    }

    private sealed interface Phase {
        record Opening() implements Phase {}

        record Waiting(MonoTime until, String why) implements Phase {}

        record Leased(LeaseTerm term) implements Phase {}
    }

    private final Office office;
    private final PeerId peer;
    private final String device;
    private final Session session;
    private Duration longestPause;
    private Duration pause = FIRST_PAUSE;
    private Phase phase = new Phase.Opening();
    /** What it is asked for with, once the interface was ready. */
    private Optional<UplinkTunnel.Prepared> prepared = Optional.empty();

    /** The question whose answer counts, by number: one of before the interface was made again does not. */
    private int question;

    /** A call that came while an answer was awaited. */
    private Optional<EndpointKind> waitingCall = Optional.empty();

    /** The key with which the provider may hold a lease for us, whether we have heard of it and can use it or not. */
    private Optional<WireGuardKey> held = Optional.empty();

    private boolean lost;
    private boolean closed;
    /** Whether the lease is of an earlier run, and not renewed yet. */
    private boolean resumed;

    UplinkLease(Office office, PeerId peer, String device, Duration longestPause, Session session) {
        this.office = office;
        this.peer = peer;
        this.device = device;
        this.longestPause = longestPause;
        this.session = session;
    }

    Optional<Grant> grant() {
        return term().map(LeaseTerm::grant);
    }

    Optional<Duration> expiresIn(MonoTime now) {
        return term().map(term -> term.expiresAt().since(now));
    }

    private Optional<LeaseTerm> term() {
        return phase instanceof Phase.Leased(var term) ? Optional.of(term) : Optional.empty();
    }

    /** Why there is no lease; empty when there is one or it is being asked for. */
    Optional<String> trouble() {
        return phase instanceof Phase.Waiting waiting ? Optional.of(waiting.why) : Optional.empty();
    }

    /** When it is asked for again; empty when there is one or it is being asked for. */
    Optional<Duration> retryIn(MonoTime now) {
        return phase instanceof Phase.Waiting waiting ? Optional.of(waiting.until.since(now)) : Optional.empty();
    }

    /** Whether a lease was lost since this was asked last. */
    boolean wasLost() {
        boolean was = lost;
        lost = false;
        return was;
    }

    boolean isClosed() {
        return closed;
    }

    /** Between two attempts to get one, when several have failed. */
    void pauseAtMost(Duration longest, MonoTime now) {
        longestPause = longest;
        if (phase instanceof Phase.Waiting(var until, var why))
            phase = new Phase.Waiting(earlier(until, now.plus(longest)), why);
    }

    /** The interface is being made ready: there is no lease before it is. */
    void opening() {
        lost |= phase instanceof Phase.Leased;
        phase = new Phase.Opening();
        question++;
        waitingCall = Optional.empty();
    }

    void prepared(UplinkTunnel.Prepared with) {
        prepared = Optional.of(with);
    }

    /** Of the interface, once that was ready. */
    int listenPort() {
        return prepared.orElseThrow().listenPort();
    }

    /**
     * There is a lease of an earlier run, which holds until it is known whether the provider may be led to with it.
     *
     * @param carries whether the interface is still there
     */
    void resume(Grant grant, MonoTime expiresAt, boolean carries) {
        resumed = true;
        if (carries) phase = new Phase.Leased(new LeaseTerm(grant, expiresAt, expiresAt, true));
    }

    /** The provider is in the mesh: a lease of an earlier run is renewed. */
    void confirm(MonoTime now) {
        if (resumed) renewBy(now);
    }

    /** Asks again at the latest then, if there is a lease. */
    void renewBy(MonoTime when) {
        term().ifPresent(term -> phase = new Phase.Leased(term.renewedBy(when)));
    }

    /** Asks at once, if there is a lease and it is not being done; then a call follows the answer. */
    void renew(Optional<EndpointKind> call) {
        if (term().isEmpty()) return;
        if (term().get().asking()) {
            waitingCall = call.or(() -> waitingCall);
            return;
        }
        phase = new Phase.Leased(term().get().asked());
        ask(call);
    }

    /** @param call asks the provider to begin a handshake with our endpoint of that kind */
    void ask(Optional<EndpointKind> call) {
        UplinkTunnel.Prepared with = prepared.orElseThrow();
        int asked = ++question;
        held = Optional.of(with.key());
        office.request(
                peer,
                device,
                with,
                session.mtu(),
                call,
                answer -> {
                    if (closed && answer instanceof Grant unwanted) office.giveBack(unwanted, with.key());
                    if (asked == question) answered(answer, EventLoop.now());
                },
                why -> {
                    if (asked == question) failed(why, EventLoop.now());
                });
    }

    private void answered(LeaseAnswer answer, MonoTime now) {
        if (closed) return;
        switch (answer) {
            case Grant grant -> {
                resumed = false;
                take(grant, now.plus(grant.lifetime().dividedBy(2)), now.plus(grant.lifetime()), now);
            }
            case Refusal refusal -> {
                if (grant().isEmpty()) held = Optional.empty();
                failed(refusal.reason(), now);
            }
        }
        callNow();
    }

    private void callNow() {
        Optional<EndpointKind> call = waitingCall;
        waitingCall = Optional.empty();
        if (call.isPresent()) renew(call);
    }

    /** No lease, or no renewal of it: then it holds until it expires, and is asked for again before. */
    private void failed(String why, MonoTime now) {
        if (closed) return;
        waitingCall = Optional.empty();
        if (phase instanceof Phase.Leased(var term)) phase = new Phase.Leased(term.renewedAt(now.plus(RENEWAL_PAUSE)));
        else pauseBecause(why, now);
    }

    void take(Grant grant, MonoTime renewAt, MonoTime expiresAt, MonoTime now) {
        Optional<InetNetwork> collision = grant.addresses().collision(office.prefixesBut(device));
        if (collision.isPresent()) {
            // a slot is not kept for what cannot be used
            prepared.ifPresent(own -> office.release(peer, own.key()));
            held = Optional.empty();
            pauseBecause("its addresses collide with %s, which is in use here".formatted(collision.get()), now);
            return;
        }
        held = prepared.map(UplinkTunnel.Prepared::key);
        pause = FIRST_PAUSE;
        boolean same = term().filter(before -> before.sameTunnel(grant)).isPresent();
        phase = new Phase.Leased(new LeaseTerm(grant, renewAt, expiresAt, false));
        session.leased(grant, same);
    }

    /** There can be no lease now; it is asked for again after a while. */
    void pauseBecause(String why, MonoTime now) {
        if (closed) return;
        LOG.log(Level.INFO, "uplink {0}: no lease: {1}", peer, why);
        lost |= phase instanceof Phase.Leased;
        phase = new Phase.Waiting(now.plus(shorter(pause, longestPause)), why);
        pause = shorter(pause.multipliedBy(2), SLEEP);
        session.unleased(now);
    }

    /** @param holds whether its tunnel works: then it does not expire */
    void tick(boolean holds, MonoTime now) {
        switch (phase) {
            case Phase.Opening() -> {}
            case Phase.Waiting(var until, var why) -> {
                if (until.isDue(now)) session.open();
            }
            case Phase.Leased(var term) -> {
                if (!term.expiresAt().isDue(now)) {
                    if (term.renewAt().isDue(now)) renew(Optional.empty());
                } else if (holds) {
                    phase = new Phase.Leased(term.heldUntil(now.plus(HELD)));
                } else {
                    held = Optional.empty();
                    pauseBecause("the lease has expired", now);
                }
            }
        }
    }

    MonoTime nextWake(MonoTime now) {
        return switch (phase) {
            case Phase.Opening() -> now.plus(SLEEP);
            case Phase.Waiting(var until, var why) -> until;
            case Phase.Leased(var term) -> term.nextWake();
        };
    }

    /** Gives it back. */
    void close() {
        closed = true;
        held.ifPresent(key -> office.release(peer, key));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static MonoTime earlier(MonoTime a, MonoTime b) {
        return a.isBefore(b) ? a : b;
    }
}
