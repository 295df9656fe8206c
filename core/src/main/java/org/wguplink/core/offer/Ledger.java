package org.wguplink.core.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.wguplink.core.peer.PeerId;

/**
 * The newest verified offer of each peer. Immutable; bounded, since only members of the roster get this far.
 *
 * <p>It takes offers whose signature was checked, and refuses the replayed, the expired and the future-dated. A peer
 * whose offer expired keeps its sequence here, so that the old offer cannot be played again.
 */
public final class Ledger {
    /** How far ahead of our clock an offer may be issued: routers' clocks differ. */
    public static final Duration SKEW = Duration.ofMinutes(2);
    /** An offer may not promise more than this ahead. */
    public static final Duration LONGEST_VALIDITY = Duration.ofHours(1);

    public static final Ledger EMPTY = new Ledger(Collections.emptySortedMap());

    private final Map<PeerId, Offer> newest;

    private Ledger(Map<PeerId, Offer> newest) {
        this.newest = newest;
    }

    /** What came of presenting an offer. */
    public sealed interface Outcome {
        record Accepted(Ledger ledger) implements Outcome {}

        record Refused(String reason) implements Outcome {}

        /** The very offer that we hold: nothing to do. */
        record Known() implements Outcome {}
    }

    public Outcome present(Offer offer, Instant now) {
        Offer held = newest.get(offer.peerId());
        if (held != null && held.equals(offer)) return new Outcome.Known();
        if (held != null && offer.sequence() <= held.sequence())
            return new Outcome.Refused("replayed: sequence %d after %d".formatted(offer.sequence(), held.sequence()));
        if (!offer.expiresAt().isAfter(now)) return new Outcome.Refused("expired at " + offer.expiresAt());
        if (offer.issuedAt().isAfter(now.plus(SKEW)))
            return new Outcome.Refused("dated in the future: " + offer.issuedAt());
        if (Duration.between(offer.issuedAt(), offer.expiresAt()).compareTo(LONGEST_VALIDITY) > 0)
            return new Outcome.Refused("valid for longer than an hour");
        var next = new TreeMap<>(newest);
        next.put(offer.peerId(), offer);
        return new Outcome.Accepted(new Ledger(next));
    }

    /** The peer's newest offer, also when it has expired. */
    public Optional<Offer> of(PeerId peer) {
        return Optional.ofNullable(newest.get(peer));
    }

    /** All newest offers in the order of peer ids, expired ones included. */
    public Collection<Offer> offers() {
        return Collections.unmodifiableCollection(newest.values());
    }

    /** Forgets who is no longer in the roster. */
    public Ledger retain(Collection<PeerId> members) {
        var next = new TreeMap<>(newest);
        next.keySet().retainAll(members);
        return new Ledger(next);
    }
}
