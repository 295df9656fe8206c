package org.wguplink.core.selection;

import java.util.List;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * The available candidates, best first, and why each stands where it does.
 *
 * @param unavailable the others, in no order
 */
public record Ranking(List<Place> places, List<Candidate> unavailable) {
    public static final Ranking EMPTY = new Ranking(List.of(), List.of());

    public Ranking {
        places = List.copyOf(places);
        unavailable = List.copyOf(unavailable);
    }

    /** @param behind empty for the first */
    public record Place(Candidate candidate, Optional<Behind> behind) {}

    /**
     * @param ahead one that stands before it
     * @param by what decided between the two
     * @param why the same for people, as half a sentence
     */
    public record Behind(PeerId ahead, Criterion by, String why) {
        static Behind of(Candidate ahead, Criterion by, Candidate behind) {
            return new Behind(ahead.peer(), by, by.why(ahead, behind));
        }
    }

    public List<PeerId> order() {
        return places.stream().map(p -> p.candidate().peer()).toList();
    }

    public Optional<Place> of(PeerId peer) {
        return places.stream().filter(p -> p.candidate().peer().equals(peer)).findFirst();
    }
}
