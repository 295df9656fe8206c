package org.wguplink.core.selection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.selection.Ranking.Behind;
import org.wguplink.core.selection.Ranking.Place;

/**
 * The order of uplinks: the user's weight first, then what can help when the own line fails, then what costs least, then who has
 * room and is fast, and a lot among near equals.
 *
 * <p>The one in use gives way only to more weight, to a lower cost, and to a measured latency that is clearly better: nothing
 * else is worth moving traffic for.
 */
public final class Selection {
    /** The same in one sentence, for people. */
    public static final String ORDER =
            "weight first; then what helps when the own line fails (another line, another ISP);"
                    + " then what costs least; then who has room and is fast; a lot among near equals";

    private static final List<Criterion> MOVES_TRAFFIC =
            List.of(Criterion.WEIGHT, Criterion.METERED, Criterion.COST, Criterion.QUOTA, Criterion.LATENCY);

    private Selection() {}

    /** Whom candidates come after, and why. */
    private record Ahead(Candidate candidate, Criterion by) {}

    public static Ranking rank(List<Candidate> candidates, Preferences preferences) {
        List<Candidate> available = candidates.stream()
                .filter(c -> c.unavailable().isEmpty())
                .sorted(Comparator.comparing(Candidate::peer))
                .toList();
        var places = new ArrayList<Place>();
        place(available, List.of(Criterion.values()), Optional.empty(), preferences, places);
        List<Place> held = places.stream()
                .filter(p ->
                        preferences.inUse().equals(Optional.of(p.candidate().peer())))
                .findFirst()
                .map(inUse -> hold(inUse.candidate(), preferences, places))
                .orElse(places);
        return new Ranking(
                held,
                candidates.stream().filter(c -> c.unavailable().isPresent()).toList());
    }

    /** Appends those that are equal by all criteria but these. */
    private static void place(
            List<Candidate> equal,
            List<Criterion> criteria,
            Optional<Ahead> ahead,
            Preferences preferences,
            List<Place> places) {
        if (equal.size() <= 1 || criteria.isEmpty()) {
            for (Candidate c : equal) places.add(new Place(c, ahead.map(a -> Behind.of(a.candidate, a.by, c))));
            return;
        }
        Criterion criterion = criteria.getFirst();
        Optional<Ahead> before = ahead;
        for (List<Candidate> group : criterion.split(equal, preferences)) {
            place(group, criteria.subList(1, criteria.size()), before, preferences, places);
            before = Optional.of(new Ahead(group.getFirst(), criterion));
        }
    }

    /** Who is in use stands before all that are not worth a move. */
    private static List<Place> hold(Candidate inUse, Preferences preferences, List<Place> places) {
        int at = places.stream().map(Place::candidate).toList().indexOf(inUse);
        var better = new ArrayList<Candidate>();
        var passed = new ArrayList<Place>();
        Optional<Behind> behind = Optional.empty();
        for (Place place : places.subList(0, at)) {
            Candidate other = place.candidate();
            Optional<Criterion> by = moves(other, inUse, preferences);
            if (by.isPresent()) {
                better.add(other);
                behind = Optional.of(Behind.of(other, by.get(), inUse));
            } else {
                passed.add(new Place(other, Optional.of(Behind.of(inUse, Criterion.IN_USE, other))));
            }
        }
        var held = new ArrayList<Place>();
        place(better, List.of(Criterion.values()), Optional.empty(), preferences, held);
        held.add(new Place(inUse, behind));
        held.addAll(passed);
        held.addAll(places.subList(at + 1, places.size()));
        return held;
    }

    /** By what a challenger is so much better that traffic moves to it; empty when it is not. */
    private static Optional<Criterion> moves(Candidate challenger, Candidate inUse, Preferences preferences) {
        for (Criterion criterion : MOVES_TRAFFIC) {
            if (criterion == Criterion.LATENCY && !challenger.speed().measured()) continue;
            List<List<Candidate>> groups = criterion.split(List.of(inUse, challenger), preferences);
            if (groups.size() > 1)
                return groups.getFirst().contains(challenger) ? Optional.of(criterion) : Optional.empty();
        }
        return Optional.empty();
    }
}
