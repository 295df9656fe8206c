package org.wguplink.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.time.MonoTime;

/** A script of events, one a second, and where the tunnel is led at each. */
class TrialsTest {
    private static final TypedEndpoint MESH = endpoint("mesh 10.250.0.1:51820");
    private static final TypedEndpoint V4 = endpoint("v4 192.0.2.1:51820");
    private static final TypedEndpoint V6 = endpoint("v6 [2001:db8::1]:51820");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * @param script one letter a second: {@code d} the tunnel is dead, {@code w} it works, {@code h} it is dead and
     *     something was heard, {@code n} it is dead and the network has changed
     * @param led a letter for each second: where it is led then, {@code .} nowhere new
     */
    record Case(String name, List<TypedEndpoint> order, String script, String led) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        List<TypedEndpoint> three = List.of(MESH, V4, V6);
        return Stream.of(
                new Case("a tunnel that works is never touched", three, "wwwwwwwww", "........."),
                new Case(
                        "a dead one is led to each in turn, then a pause of 2 s at the best",
                        three,
                        "ddddddd",
                        "m46m.m4"),
                new Case("what works meanwhile stays", three, "ddwwwwww", "m4......"),
                new Case("it begins with the best again when it dies again", three, "ddwwd", "m4..m"),
                new Case(
                        "who answers is not left while it is heard", three, "dhdddhdddddddddddd", "m................."),
                new Case(
                        "who answered and is silent for 15 s is left",
                        three,
                        "dhdddddddddddddddd",
                        "m...............m4"),
                new Case("a pause doubles", List.of(V4), "ddddddddddddddddd", "4..4....4........"),
                new Case("another network ends a pause", List.of(V4), "ddnd", "4.4."),
                new Case("nothing to try", List.of(), "ddd", "..."));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void leadsTo(Case c) {
        Trials trials = Trials.NONE.with(c.order);
        var led = new StringBuilder();
        for (int second = 0; second < c.script.length(); second++) {
            MonoTime now = at(second);
            char event = c.script.charAt(second);
            if (event == 'h') trials = trials.heard(now);
            if (event == 'n') trials = trials.again();
            Trials.Step step = trials.tick(event != 'w', PATIENCE, now);
            trials = step.trials();
            led.append(step.lead().map(TrialsTest::letter).orElse("."));
            step.lead().ifPresent(lead -> assertThat(step.trials().current()).contains(lead));
        }
        assertThat(led).hasToString(c.led);
    }

    @Test
    void aBetterEndpointIsLookedAtAndLeftAgainWhenItDoesNotAnswer() {
        Trials working = Trials.NONE.with(List.of(MESH, V4)).ledTo(V4);
        Trials.Step looking = working.improve(PATIENCE, at(0));
        assertThat(looking.lead()).contains(MESH);
        assertThat(looking.trials().improving()).isTrue();
        assertThat(looking.trials().tick(true, PATIENCE, at(0)).lead())
                .as("its silence is no death")
                .isEmpty();
        Trials.Step back = looking.trials().tick(false, PATIENCE, at(1));
        assertThat(back.lead()).contains(V4);
        assertThat(back.trials()).isEqualTo(working);

        Trials better = looking.trials().heard(at(0));
        assertThat(better.tick(false, PATIENCE, at(1)).lead()).isEmpty();
        assertThat(better.current()).contains(MESH);
        assertThat(better.improve(PATIENCE, at(2)).lead()).as("nothing better").isEmpty();
        assertThat(Trials.NONE.improve(PATIENCE, at(0)).lead()).isEmpty();
    }

    @Test
    void thePauseGrowsToHalfAMinuteAndNoFurther() {
        Trials trials = Trials.NONE.with(List.of(V4));
        List<Integer> tries = new ArrayList<>();
        for (int second = 0; second < 200; second++) {
            Trials.Step step = trials.tick(true, PATIENCE, at(second));
            trials = step.trials();
            if (step.lead().isPresent()) tries.add(second);
        }
        assertThat(tries).containsExactly(0, 3, 8, 17, 34, 65, 96, 127, 158, 189);
    }

    @Test
    void aNewEndpointIsTriedAtOnceAndOneThatAnsweredIsKept() {
        Trials pausing = Trials.NONE
                .with(List.of(V4))
                .tick(true, PATIENCE, at(0))
                .trials()
                .tick(true, PATIENCE, at(1))
                .trials();
        assertThat(pausing.exhausted()).isTrue();
        Trials.Step moved = pausing.with(List.of(V6)).tick(true, PATIENCE, at(2));
        assertThat(moved.lead()).contains(V6);
        assertThat(moved.trials().exhausted()).isFalse();
        Trials.Step answered = moved.trials().heard(at(3)).with(List.of(V4, V6)).tick(true, PATIENCE, at(4));
        assertThat(answered.lead()).isEmpty();
        assertThat(answered.trials().current()).contains(V6);
    }

    private static String letter(TypedEndpoint endpoint) {
        return switch (endpoint.kind()) {
            case LAN -> "l";
            case MESH -> "m";
            case V4 -> "4";
            case V6 -> "6";
        };
    }

    private static TypedEndpoint endpoint(String text) {
        return TypedEndpoint.parse(text).orElseThrow();
    }

    private static MonoTime at(int second) {
        return new MonoTime(0).plus(Duration.ofSeconds(second));
    }
}
