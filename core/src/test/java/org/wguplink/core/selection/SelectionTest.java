package org.wguplink.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.peer.PeerId;

class SelectionTest {
    record Case(String name, List<Candidate> candidates, boolean latency, String inUse, String order) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("the heavier is first", List.of(at("a", 10, 5), at("b", 20, 90)), true, "", "b a"),
                new Case("within a weight the faster", List.of(at("a", 10, 50), at("b", 10, 5)), true, "", "b a"),
                new Case(
                        "latency does not count when not wanted",
                        List.of(at("b", 10, 5), at("a", 10, 50)),
                        false,
                        "",
                        "a b"),
                new Case("the unavailable is left out", List.of(gone("a", 90), at("b", 1, 5)), true, "", "b"),
                new Case("who is in use stays for 19 ms", List.of(at("a", 10, 24), at("b", 10, 5)), true, "a", "a b"),
                new Case("who is in use yields to 21 ms", List.of(at("a", 10, 26), at("b", 10, 5)), true, "a", "b a"),
                new Case("who is in use stays for 14 %", List.of(at("a", 10, 300), at("b", 10, 258)), true, "a", "a b"),
                new Case("who is in use yields to 16 %", List.of(at("a", 10, 300), at("b", 10, 252)), true, "a", "b a"),
                new Case("weight beats who is in use", List.of(at("a", 10, 5), at("b", 11, 500)), true, "a", "b a"),
                new Case(
                        "who is in use and gone does not matter",
                        List.of(gone("a", 10), at("b", 10, 5)),
                        true,
                        "a",
                        "b"),
                new Case("an unknown latency beats none", List.of(unknown("a"), at("b", 10, 900)), true, "", "b a"),
                new Case("the unknown keep their order", List.of(unknown("b"), unknown("a")), true, "", "a b"),
                new Case("unknown in use stays", List.of(unknown("b"), at("a", 10, 5)), true, "b", "b a"),
                new Case("nobody", List.of(), true, "a", ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ranks(Case c) {
        Optional<PeerId> inUse = c.inUse.isEmpty() ? Optional.empty() : Optional.of(new PeerId(c.inUse));
        List<String> order = Selection.rank(c.candidates, c.latency, inUse).stream()
                .map(x -> x.peer().value())
                .toList();
        assertThat(String.join(" ", order)).isEqualTo(c.order);
    }

    private static Candidate at(String peer, int weight, int latencyMs) {
        return new Candidate(new PeerId(peer), weight, Optional.empty(), Optional.of(Duration.ofMillis(latencyMs)));
    }

    private static Candidate gone(String peer, int weight) {
        return new Candidate(new PeerId(peer), weight, Optional.of("gone"), Optional.empty());
    }

    private static Candidate unknown(String peer) {
        return new Candidate(new PeerId(peer), 10, Optional.empty(), Optional.empty());
    }
}
