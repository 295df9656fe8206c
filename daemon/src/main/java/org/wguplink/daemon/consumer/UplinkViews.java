package org.wguplink.daemon.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Ranking;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** Knows what users are shown of each peer as an uplink. Loop thread only. */
public final class UplinkViews {
    private final Providers providers;
    private final UplinkChoice choice;
    private final Sessions sessions;

    UplinkViews(Providers providers, UplinkChoice choice, Sessions sessions) {
        this.providers = providers;
        this.choice = choice;
        this.sessions = sessions;
    }

    /** Every peer worth a line: the added ones and those who offer, best first. */
    public List<PeerId> known() {
        // each is looked at once: what is in its way may change with every look at the clock
        var usable = new ArrayList<PeerId>();
        var others = new ArrayList<PeerId>();
        Stream.concat(choice.ranking().order().stream(), providers.known())
                .distinct()
                .forEach(p -> (of(p).obstacle().isEmpty() ? usable : others).add(p));
        usable.addAll(others);
        return usable;
    }

    /** What traffic, or a load made on purpose, has shown of a peer's uplink. */
    public Optional<SeenBandwidth> bandwidth(PeerId peer) {
        return providers.bandwidth(peer);
    }

    /** The added peers that could be used by the last decision, best first. */
    public List<PeerId> ranked() {
        return choice.ranking().order();
    }

    /** Where a peer stands by the last decision. */
    public UplinkStanding standing(PeerId peer, MonoTime now) {
        Ranking ranking = choice.ranking();
        Optional<Ranking.Place> place = ranking.of(peer);
        return new UplinkStanding(
                place.map(Ranking.Place::candidate)
                        .or(() -> ranking.unavailable().stream()
                                .filter(c -> c.peer().equals(peer))
                                .findFirst()),
                place.map(p -> ranking.places().indexOf(p) + 1),
                place.flatMap(Ranking.Place::behind),
                choice.isWanted(peer),
                choice.leavesIn(peer, now),
                sessions.of(peer).flatMap(s -> s.lease().retryIn(now)),
                providers.bandwidth(peer));
    }

    public UplinkView of(PeerId peer) {
        Optional<UplinkSession> session = sessions.of(peer);
        Optional<Offer> offer = providers.offer(peer);
        boolean leased = session.flatMap(UplinkSession::grant).isPresent();
        Verdict verdict = session.map(UplinkSession::verdict).orElse(Verdict.UNKNOWN);
        return new UplinkView(
                providers.added(peer),
                session.isPresent(),
                leased,
                providers.config().weightOf(peer),
                verdict,
                session.flatMap(UplinkSession::latency),
                offer,
                session.map(UplinkSession::device),
                session.flatMap(UplinkSession::endpoint).or(() -> offer.map(Offer::endpoint)),
                session.flatMap(s -> s.lease().expiresIn(EventLoop.now())),
                providers
                        .unusable(peer, leased)
                        .or(() -> providers.withdrawn(peer))
                        .or(() -> session.flatMap(UplinkSession::unreachable))
                        .or(() -> session.flatMap(s -> s.lease().trouble()))
                        .or(() -> verdict == Verdict.DOWN
                                ? Optional.of("no answer from the internet")
                                : Optional.empty()));
    }
}
