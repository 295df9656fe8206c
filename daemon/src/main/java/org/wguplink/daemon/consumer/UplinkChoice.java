package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Candidate;
import org.wguplink.core.selection.Ranking;
import org.wguplink.core.selection.Selection;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;

/** Knows which peers are to have a tunnel now, and which of those that have one lose it. Loop thread only. */
final class UplinkChoice {
    /** How long a tunnel that is no longer among the best is kept. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** How many uplinks beyond {@code min_uplinks} are made ready for a family that those do not carry. */
    private static final int MORE_FOR_A_FAMILY = 2;

    private final Providers providers;
    private final Sessions sessions;
    private final Supplier<FamilyStates> states;
    private final Map<PeerId, MonoTime> unwantedSince = new TreeMap<>();
    private Set<Family> needed = Set.of();
    private Ranking ranking = Ranking.EMPTY;
    private Set<PeerId> wanted = Set.of();

    /** @param states what the failover has decided */
    UplinkChoice(Providers providers, Sessions sessions, Supplier<FamilyStates> states) {
        this.providers = providers;
        this.sessions = sessions;
        this.states = states;
    }

    /** The peer whose uplink carries new flows of IPv4. */
    Optional<PeerId> active() {
        return states.get().ipv4().active() instanceof PathId.Uplink(var peer) ? Optional.of(peer) : Optional.empty();
    }

    /** Those whose uplink carries new flows of some family. */
    private Set<PeerId> carrying() {
        return peers(states.get().active().values().stream());
    }

    /** Those on whose uplink flows may still live that new ones have left. */
    private Set<PeerId> drained() {
        return peers(Family.BOTH.stream().flatMap(f -> states.get().of(f).drains().until().keySet().stream()));
    }

    private static Set<PeerId> peers(Stream<? extends PathId> paths) {
        return paths.filter(PathId.Uplink.class::isInstance)
                .map(path -> ((PathId.Uplink) path).peer())
                .collect(Collectors.toSet());
    }

    /** Whether its tunnel carries traffic, or may at any moment. */
    boolean isInUse(PeerId peer) {
        return carrying().contains(peer) || providers.config().keptReady().contains(peer);
    }

    /** Of these families one is needed now; whether that is news. */
    boolean needed(Set<Family> families) {
        boolean news = !needed.equals(families);
        needed = families;
        return news;
    }

    /** Puts the added peers that are usable in order. */
    List<PeerId> rank() {
        List<Candidate> candidates = providers.config().peers().keySet().stream()
                .map(peer -> providers.candidate(peer, sessions.of(peer)))
                .toList();
        ranking = Selection.rank(candidates, providers.preferences(active()));
        return ranking.order();
    }

    /** As it was decided last. */
    Ranking ranking() {
        return ranking;
    }

    /** The peers that were to have a tunnel by the last decision. */
    boolean isWanted(PeerId peer) {
        return wanted.contains(peer);
    }

    /** How long the tunnel of a peer that is no longer among the best is kept. */
    Optional<Duration> leavesIn(PeerId peer, MonoTime now) {
        return Optional.ofNullable(unwantedSince.get(peer))
                .map(since -> since.plus(GRACE).since(now));
    }

    /**
     * The best, until {@code min_uplinks} of them are ready or may soon be, also for the families that are needed now as far as
     * two more can help; those that carry flows, new ones or what is left; and those that are kept anyway.
     */
    Set<PeerId> wanted(List<PeerId> ranked, MonoTime now) {
        Config config = providers.config();
        var best = new HashSet<PeerId>();
        // without any to be kept ready, one is made when it is needed
        Set<Family> lacking = config.autoFailover() ? needed : Set.of();
        int least = Math.max(config.minUplinks(), lacking.isEmpty() ? 0 : 1);
        int ready = 0;
        int sound = 0;
        for (PeerId peer : ranked) {
            if (ready >= least || sound >= least + MORE_FOR_A_FAMILY || !config.enabled()) break;
            best.add(peer);
            // one that is dead is kept, in the hope that it comes back, but does not count; nor one that is to be left
            if (!promises(peer, Family.IPV4, now)
                    || states.get().ipv4().drains().isOrdered(new PathId.Uplink(peer))) continue;
            sound++;
            if (lacking.stream().allMatch(family -> promises(peer, family, now))) ready++;
        }
        Stream.of(carrying(), drained(), config.keptReady())
                .flatMap(Set::stream)
                .filter(p -> !providers.removed(p))
                .forEach(best::add);
        wanted = best;
        return best;
    }

    private boolean promises(PeerId peer, Family family, MonoTime now) {
        return sessions.of(peer).map(s -> s.promises(family, now)).orElse(true);
    }

    /** Tunnels that end now: of removed peers at once, of peers that are not among the best after a grace. */
    Set<PeerId> leaving(Set<PeerId> wanted, MonoTime now) {
        unwantedSince.keySet().removeAll(wanted);
        var leaving = new HashSet<PeerId>();
        for (UplinkSession session : sessions.all()) {
            PeerId peer = session.peer();
            if (wanted.contains(peer)) continue;
            MonoTime since = unwantedSince.computeIfAbsent(peer, p -> now);
            if (providers.removed(peer) || since.plus(GRACE).isDue(now)) leaving.add(peer);
        }
        return leaving;
    }

    /** Its tunnel is gone. */
    void left(PeerId peer) {
        unwantedSince.remove(peer);
    }

    /** When the choice may be another, though nothing happens. */
    MonoTime reconsiderAt(MonoTime now) {
        return Stream.concat(
                        sessions.all().stream().map(UplinkSession::provenBy),
                        unwantedSince.values().stream().map(since -> since.plus(GRACE)))
                .filter(now::isBefore)
                .reduce(now.plus(providers.config().checkInterval()), (a, b) -> a.isBefore(b) ? a : b);
    }
}
