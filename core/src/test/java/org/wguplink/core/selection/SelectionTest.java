package org.wguplink.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.Candidate.Fate;
import org.wguplink.core.selection.Candidate.Price;
import org.wguplink.core.selection.Candidate.Speed;

class SelectionTest {
    private static final PeerId SELF = new PeerId("self");
    private static final Fate OTHER = new Fate(true, Optional.empty());
    private static final Fate SAME_ISP = new Fate(true, Optional.of("telecom"));

    /** @param order the expected one, with what decided against each: {@code a b:WEIGHT} */
    record Case(String name, List<Candidate> candidates, boolean latency, String inUse, String order) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                row("the heavier is first", "", "b a:WEIGHT", at("a", 10, 5), at("b", 20, 90)),
                row(
                        "weight beats all",
                        "",
                        "a b:WEIGHT",
                        at("a", 2, 900).metered(),
                        at("b", 1, 1).fate(OTHER)),
                row(
                        "another line comes first",
                        "",
                        "b a:LINE",
                        at("a", 10, 5),
                        at("b", 10, 90).fate(OTHER)),
                row(
                        "then another ISP",
                        "",
                        "b a:ISP",
                        at("a", 10, 5).fate(SAME_ISP),
                        at("b", 10, 90).fate(OTHER)),
                row(
                        "a metered line comes later",
                        "",
                        "b a:METERED",
                        at("a", 10, 5).metered(),
                        at("b", 10, 90)),
                row(
                        "the cheaper is first",
                        "",
                        "b a:COST",
                        at("a", 10, 5).cost(2),
                        at("b", 10, 90).cost(1)),
                row(
                        "little quota comes later",
                        "",
                        "b a:QUOTA",
                        at("a", 10, 5).quota(999),
                        at("b", 10, 90).quota(1000)),
                row(
                        "who has room is first",
                        "",
                        "b a:ROOM",
                        at("a", 10, 5).taken(80),
                        at("b", 10, 90).taken(79)),
                row("then the faster", "", "b a:LATENCY", at("a", 10, 50), at("b", 10, 5)),
                row(
                        "near equals by bandwidth",
                        "",
                        "b a:BANDWIDTH",
                        at("a", 10, 5).mbps(49),
                        at("b", 10, 20).mbps(100)),
                row("a known latency beats none", "", "b a:LATENCY", unknown("a"), at("b", 10, 900)),
                row(
                        "a known bandwidth beats none",
                        "",
                        "b a:BANDWIDTH",
                        unknown("a"),
                        unknown("b").mbps(1)),
                new Case(
                        "latency does not count when not wanted",
                        List.of(
                                at("a", 10, 5).mbps(10).candidate(),
                                at("b", 10, 500).mbps(100).candidate()),
                        false,
                        "",
                        "b a:BANDWIDTH"),
                row("the unavailable is left out", "", "b", at("a", 90, 5).gone(), at("b", 1, 5)),
                row(
                        "near is judged by the best of the equals alone",
                        "",
                        "c b:LATENCY a:WEIGHT",
                        at("a", 1, 1),
                        at("b", 10, 60),
                        at("c", 10, 30)),
                row(
                        "in use, 19 ms do not move traffic",
                        "a",
                        "a b:IN_USE",
                        at("a", 10, 24),
                        at("b", 10, 5).mbps(9)),
                row("in use, 21 ms do", "a", "b a:LATENCY", at("a", 10, 26), at("b", 10, 5)),
                row(
                        "in use, 14 % do not",
                        "a", "a b:IN_USE", at("a", 10, 300), at("b", 10, 258).mbps(9)),
                row("in use, 16 % do", "a", "b a:LATENCY", at("a", 10, 300), at("b", 10, 252)),
                row(
                        "in use, a claim of latency does not",
                        "a",
                        "a b:IN_USE",
                        at("a", 10, 300),
                        at("b", 10, 5).claimed()),
                row("in use, weight does", "a", "b a:WEIGHT", at("a", 10, 5), at("b", 11, 500)),
                row("in use, a meter does", "a", "b a:METERED", at("a", 10, 5).metered(), at("b", 10, 500)),
                row(
                        "in use, another line does not",
                        "a",
                        "a b:IN_USE",
                        at("a", 10, 5),
                        at("b", 10, 5).fate(OTHER)),
                row("in use, room does not", "a", "a b:IN_USE", at("a", 10, 5).taken(99), at("b", 10, 5)),
                row(
                        "in use, bandwidth does not",
                        "a",
                        "a b:IN_USE",
                        at("a", 10, 5).mbps(1),
                        at("b", 10, 5).mbps(99)),
                row(
                        "another line and dearer: traffic stays",
                        "a",
                        "a b:IN_USE",
                        at("a", 10, 5),
                        at("b", 10, 5).fate(OTHER).metered()),
                row(
                        "only those who are worth it pass who is in use",
                        "a",
                        "c a:METERED b:IN_USE",
                        at("a", 10, 5).metered(),
                        at("b", 10, 5).metered().fate(OTHER),
                        at("c", 10, 5).fate(OTHER)),
                row(
                        "who is in use and gone does not matter",
                        "a",
                        "b",
                        at("a", 10, 5).gone(),
                        at("b", 10, 5)),
                row(
                        "unknown in use stays",
                        "b",
                        "b a:IN_USE",
                        unknown("b"),
                        at("a", 10, 5).claimed()),
                row("nobody", "a", ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ranks(Case c) {
        Optional<PeerId> inUse = c.inUse.isEmpty() ? Optional.empty() : Optional.of(new PeerId(c.inUse));
        Ranking ranking = Selection.rank(c.candidates, new Preferences(Optional.of(SELF), c.latency, inUse));
        assertThat(text(ranking)).isEqualTo(c.order);
    }

    @Test
    void aReasonNamesBothValues() {
        Ranking ranking =
                rank(List.of(at("a", 10, 41).candidate(), at("b", 10, 10).candidate()), SELF, Optional.empty());
        assertThat(ranking.places().getLast().behind().orElseThrow().why())
                .isEqualTo("its latency is 41 ms, that of b is 10 ms");
    }

    @Test
    void theOrderIsTotalAndTheSameHoweverTheCandidatesCome() {
        var random = new Random(20260228);
        for (int round = 0; round < 500; round++) {
            List<Candidate> candidates = new ArrayList<>(IntStream.range(0, random.nextInt(9))
                    .mapToObj(i -> any("n" + i, random))
                    .toList());
            Optional<PeerId> inUse =
                    random.nextBoolean() ? Optional.of(new PeerId("n" + random.nextInt(9))) : Optional.empty();
            Ranking ranking = rank(candidates, SELF, inUse);
            Collections.shuffle(candidates, random);
            assertThat(rank(candidates, SELF, inUse).places())
                    .as("round %d", round)
                    .isEqualTo(ranking.places());
            assertThat(ranking.order())
                    .containsExactlyInAnyOrderElementsOf(
                            candidates.stream().map(Candidate::peer).toList());
            for (int i = 0; i < ranking.places().size(); i++) {
                Optional<PeerId> ahead = ranking.places().get(i).behind().map(Ranking.Behind::ahead);
                assertThat(ahead.isPresent()).isEqualTo(i > 0);
                if (i > 0)
                    assertThat(ranking.order().indexOf(ahead.orElseThrow())).isLessThan(i);
            }
            // who was chosen stays chosen as long as nothing changes
            if (inUse.filter(ranking.order()::contains).isPresent())
                assertThat(rank(candidates, SELF, Optional.of(ranking.order().getFirst()))
                                .order()
                                .getFirst())
                        .as("round %d", round)
                        .isEqualTo(ranking.order().getFirst());
        }
    }

    /** Six peers of 10 to 110 ms, four of them on the brink of being near equals; each answer is off by up to 6 %. */
    @Test
    void noiseReordersNothing() {
        var random = new Random(20260301);
        var counts = new HashMap<Integer, Duration>();
        List<PeerId> order = List.of();
        for (int look = 0; look < 1000; look++) {
            for (int peer = 0; peer < 6; peer++) {
                double off = 1 + 0.12 * (random.nextDouble() - 0.5);
                Duration measured = Duration.ofNanos((long) ((10 + 20 * peer) * 1e6 * off));
                counts.merge(peer, measured, Steady::latency);
            }
            List<Candidate> six = counts.entrySet().stream()
                    .map(e -> at("n" + e.getKey(), 10, (int) e.getValue().toMillis())
                            .candidate())
                    .toList();
            List<PeerId> now = rank(six, SELF, Optional.empty()).order();
            if (look > 0) assertThat(now).as("look %d", look).isEqualTo(order);
            order = now;
        }
    }

    @Test
    void aThousandNodesSpreadOverFiveNearEquals() {
        var chosen = new HashMap<PeerId, Integer>();
        var moved = new HashMap<PeerId, Integer>();
        for (int node = 0; node < 1000; node++) {
            PeerId self = new PeerId("node" + node);
            List<Candidate> five = IntStream.range(0, 5)
                    .mapToObj(i -> at("provider" + i, 10, 10 + 4 * i)
                            .mbps(100 - 10 * i)
                            .candidate())
                    .toList();
            PeerId first = rank(five, self, Optional.empty()).order().getFirst();
            chosen.merge(first, 1, Integer::sum);
            List<Candidate> four = five.stream()
                    .filter(c -> !c.peer().value().equals("provider2"))
                    .toList();
            PeerId then = rank(four, self, Optional.empty()).order().getFirst();
            if (!then.equals(first)) moved.merge(first, 1, Integer::sum);
        }
        assertThat(chosen).hasSize(5);
        assertThat(chosen.values()).allMatch(count -> count >= 150 && count <= 250, "150 to 250 of 1000");
        assertThat(moved.keySet())
                .as("only who had lost its provider chooses anew")
                .containsExactly(new PeerId("provider2"));
    }

    private static Ranking rank(List<Candidate> candidates, PeerId self, Optional<PeerId> inUse) {
        return Selection.rank(candidates, new Preferences(Optional.of(self), true, inUse));
    }

    private static String text(Ranking ranking) {
        return String.join(
                " ",
                ranking.places().stream()
                        .map(p -> p.candidate().peer()
                                + p.behind().map(b -> ":" + b.by()).orElse(""))
                        .toList());
    }

    private static Candidate any(String peer, Random random) {
        return new Candidate(
                new PeerId(peer),
                10 + random.nextInt(2),
                Optional.empty(),
                new Fate(random.nextBoolean(), random.nextInt(3) == 0 ? Optional.of("x") : Optional.empty()),
                new Price(
                        random.nextInt(3) == 0,
                        random.nextInt(2),
                        random.nextInt(3) == 0 ? Optional.of(random.nextLong(2000)) : Optional.empty()),
                random.nextBoolean() ? Optional.of(random.nextInt(101)) : Optional.empty(),
                new Speed(
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(random.nextInt(120))),
                        random.nextBoolean(),
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(1 + random.nextInt(200))));
    }

    private static Case row(String name, String inUse, String order, Candid... candidates) {
        return new Case(name, Stream.of(candidates).map(Candid::candidate).toList(), true, inUse, order);
    }

    private static Candid at(String peer, int weight, int latencyMs) {
        return new Candid(new Candidate(
                new PeerId(peer),
                weight,
                Optional.empty(),
                Fate.UNKNOWN,
                Price.NOTHING,
                Optional.empty(),
                new Speed(Optional.of(Duration.ofMillis(latencyMs)), true, Optional.empty())));
    }

    private static Candid unknown(String peer) {
        Candidate c = at(peer, 10, 0).candidate;
        return new Candid(
                new Candidate(c.peer(), 10, Optional.empty(), c.fate(), c.price(), c.takenPercent(), Speed.UNKNOWN));
    }

    /** A candidate that is being described. */
    private record Candid(Candidate candidate) {
        private Candid price(Price price) {
            return with(candidate.unavailable(), candidate.fate(), price, candidate.takenPercent(), candidate.speed());
        }

        Candid metered() {
            return price(new Price(true, 0, Optional.empty()));
        }

        Candid cost(int cost) {
            return price(new Price(false, cost, Optional.empty()));
        }

        Candid quota(long mb) {
            return price(new Price(false, 0, Optional.of(mb)));
        }

        Candid fate(Fate fate) {
            return with(candidate.unavailable(), fate, candidate.price(), candidate.takenPercent(), candidate.speed());
        }

        Candid taken(int percent) {
            return with(
                    candidate.unavailable(),
                    candidate.fate(),
                    candidate.price(),
                    Optional.of(percent),
                    candidate.speed());
        }

        Candid gone() {
            return with(
                    Optional.of("gone"),
                    candidate.fate(),
                    candidate.price(),
                    candidate.takenPercent(),
                    candidate.speed());
        }

        Candid mbps(int mbps) {
            Speed speed = candidate.speed();
            return speed(new Speed(speed.latency(), speed.measured(), Optional.of(mbps)));
        }

        Candid claimed() {
            Speed speed = candidate.speed();
            return speed(new Speed(speed.latency(), false, speed.bandwidthMbps()));
        }

        private Candid speed(Speed speed) {
            return with(candidate.unavailable(), candidate.fate(), candidate.price(), candidate.takenPercent(), speed);
        }

        private Candid with(
                Optional<String> unavailable, Fate fate, Price price, Optional<Integer> taken, Speed speed) {
            return new Candid(
                    new Candidate(candidate.peer(), candidate.weight(), unavailable, fate, price, taken, speed));
        }
    }
}
