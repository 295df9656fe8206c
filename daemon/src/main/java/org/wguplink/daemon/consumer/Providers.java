package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.selection.Candidate.Fate;
import org.wguplink.core.selection.Candidate.Price;
import org.wguplink.core.selection.Candidate.Speed;
import org.wguplink.core.selection.Preferences;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;

/**
 * Knows the peers as providers, whether there is a tunnel or not: whom the user added, who is trusted, what they offer,
 * and how quick they were. Loop thread only.
 */
final class Providers {
    private final LeaseClient leases;
    private final InstantSource wall;
    private final Measurements measurements;
    private Config config;
    private Ledger ledger = Ledger.EMPTY;
    private Set<PeerId> roster = Set.of();

    Providers(LeaseClient leases, InstantSource wall, Measurements measurements, Config config) {
        this.leases = leases;
        this.wall = wall;
        this.measurements = measurements;
        this.config = config;
    }

    void configure(Config next) {
        config = next;
    }

    Config config() {
        return config;
    }

    /** The roster is another, and the ledger without those who left it. */
    void trust(Ledger offers, Set<PeerId> members) {
        ledger = offers;
        roster = members;
        measurements.retain(members);
    }

    void heard(Ledger offers) {
        ledger = offers;
    }

    /** The one who chooses, and how it does. */
    Preferences preferences(Optional<PeerId> inUse) {
        return new Preferences(leases.self(), config.preferLatency(), inUse);
    }

    /** What traffic has shown of its bandwidth. */
    Optional<SeenBandwidth> bandwidth(PeerId peer) {
        return measurements.bandwidth(peer);
    }

    boolean inRoster(PeerId peer) {
        return roster.contains(peer);
    }

    boolean added(PeerId peer) {
        return config.peers().containsKey(peer);
    }

    /** Whether there is to be no tunnel to it any more, whatever it offers. */
    boolean removed(PeerId peer) {
        return !config.enabled() || !added(peer) || !inRoster(peer);
    }

    /** The added ones and those who offer, but for this node itself. */
    Stream<PeerId> known() {
        return Stream.concat(
                        config.peers().keySet().stream(),
                        ledger.offers().stream().map(Offer::peerId))
                .filter(p -> !leases.isSelf(p));
    }

    /** Whether its line is metered, as it says or as is usual for its kind. */
    boolean isMetered(PeerId peer) {
        return offer(peer)
                .map(Offer::capabilities)
                .filter(Capabilities::metered)
                .isPresent();
    }

    Optional<Offer> offer(PeerId peer) {
        return ledger.of(peer);
    }

    /** Why it lends no more, as it says itself. */
    Optional<String> withdrawn(PeerId peer) {
        return offer(peer)
                .filter(o -> !o.capabilities().available() && !expired(o))
                .map(Offer::reason);
    }

    private boolean expired(Offer offer) {
        return !offer.expiresAt().isAfter(wall.instant());
    }

    /**
     * Why a peer cannot be an uplink at all.
     *
     * @param leased whether there is a tunnel: that is judged by its probes, not by the offer's age
     */
    Optional<String> unusable(PeerId peer, boolean leased) {
        if (leases.isSelf(peer)) return Optional.of("this node itself");
        if (!inRoster(peer)) return Optional.of("not in the roster");
        if (leased) return Optional.empty();
        Optional<Offer> offer = offer(peer);
        if (offer.isEmpty()) return Optional.of("no offer heard");
        return expired(offer.get()) ? Optional.of("its offer has expired") : withdrawn(peer);
    }

    Candidate candidate(PeerId peer, Optional<UplinkSession> session) {
        boolean leased = session.flatMap(UplinkSession::grant).isPresent();
        Optional<Capabilities> claims = offer(peer).map(Offer::capabilities);
        Terms terms = claims.map(Capabilities::terms).orElse(Terms.UNSTATED);
        Optional<Duration> seen = measurements.latency(peer, EventLoop.now());
        return new Candidate(
                peer,
                config.weightOf(peer),
                unusable(peer, leased),
                new Fate(
                        session.flatMap(UplinkSession::endpoint)
                                .or(() -> bestEndpoint(peer))
                                .filter(leases::avoidsOwnWans)
                                .isPresent(),
                        leases.isp(config.lending().line().isp()).sharedWith(terms.isp())),
                new Price(claims.filter(Capabilities::metered).isPresent(), terms.cost(), terms.quotaLeftMb()),
                // a place that we have already is taken by nobody else
                leased ? Optional.empty() : terms.load().map(Terms.Load::takenPercent),
                new Speed(
                        seen.or(() -> claimedLatency(claims)),
                        seen.isPresent(),
                        SeenBandwidth.counts(
                                measurements.bandwidth(peer),
                                claims.map(Capabilities::bandwidthMbps).orElse(0))));
    }

    /** The first that would be tried. */
    private Optional<Endpoint> bestEndpoint(PeerId peer) {
        return offer(peer)
                .flatMap(o -> leases.order(o.reachedAt()).stream().findFirst())
                .map(TypedEndpoint::endpoint);
    }

    private static Optional<Duration> claimedLatency(Optional<Capabilities> claims) {
        return claims.map(Capabilities::latencyMs).filter(ms -> ms > 0).map(Duration::ofMillis);
    }
}
