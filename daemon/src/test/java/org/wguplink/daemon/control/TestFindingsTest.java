package org.wguplink.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.probe.IcmpError;
import org.wguplink.linux.probe.IcmpSocket.Refusal;

class TestFindingsTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final InetAddress PROVIDER = Addresses.parse("10.9.0.1");
    private static final InetAddress GATEWAY = Addresses.parse("192.0.2.1");
    private static final InetAddress FAR = Addresses.parse("198.51.100.7");
    private static final InetAddress TARGET = Addresses.parse("8.8.8.8");
    private static final Optional<String> LENDS = Optional.empty();
    private static final Optional<String> WITHDRAWN = Optional.of("it borrows from bob");

    /** @param states of tunnel, provider and internet */
    record Case(
            String name,
            Consumer<Found> what,
            Optional<String> lendsNoMore,
            String states,
            String verdict,
            String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** One question of each kind. */
    record Found(Question provider, Question echo, Question hop, Question dns) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "all of it answers",
                        f -> {
                            f.provider.replied();
                            f.echo.replied();
                            f.hop.refused(new Refusal(GATEWAY, 1, IcmpError.TOO_FAR));
                            f.dns.replied();
                        },
                        LENDS,
                        "ok ok ok",
                        "works",
                        "1 of 1 probes came back through ana"),
                new Case(
                        "a provider that does not answer itself forwards all the same",
                        f -> f.echo.replied(),
                        LENDS,
                        "ok ok ok",
                        "works",
                        "1 of 1 probes came back through ana"),
                new Case(
                        "where echoes are filtered, DNS shows that the internet is there",
                        f -> {
                            f.provider.replied();
                            f.dns.replied();
                        },
                        LENDS,
                        "ok ok ok",
                        "works",
                        "0 of 1 probes came back through ana"),
                new Case(
                        "a closed filter is the provider's word",
                        f -> {
                            f.provider.refused(new Refusal(PROVIDER, 0, IcmpError.PROHIBITED));
                            f.echo.refused(new Refusal(PROVIDER, 1, IcmpError.PROHIBITED));
                        },
                        LENDS,
                        "ok failed failed",
                        "provider",
                        "ana refuses to forward"),
                new Case(
                        "so is its offer",
                        f -> f.provider.replied(),
                        WITHDRAWN,
                        "ok failed failed",
                        "provider",
                        "it lends no more: it borrows from bob"),
                new Case(
                        "who lends no more may well be silent too",
                        f -> {},
                        WITHDRAWN,
                        "failed failed failed",
                        "provider",
                        "it lends no more: it borrows from bob"),
                new Case(
                        "nothing at all comes back",
                        f -> {},
                        LENDS,
                        "failed unknown failed",
                        "tunnel",
                        "ana does not answer through it; last handshake 35 s ago"),
                new Case(
                        "the router behind the provider answers, and nothing further",
                        f -> {
                            f.provider.replied();
                            f.hop.refused(new Refusal(GATEWAY, 1, IcmpError.TOO_FAR));
                        },
                        LENDS,
                        "ok ok failed",
                        "internet",
                        "ana answers, but the internet does not answer through it: its own WAN is dead, or what is behind"),
                new Case(
                        "a filter far away is not the provider's",
                        f -> {
                            f.provider.replied();
                            f.echo.refused(new Refusal(FAR, 1, IcmpError.PROHIBITED));
                        },
                        LENDS,
                        "ok ok failed",
                        "internet",
                        "ana answers, but the internet does not answer through it: its own WAN is dead, or what is behind"),
                new Case(
                        "a provider without a route has not noticed yet that its WAN is dead",
                        f -> {
                            f.provider.replied();
                            f.echo.refused(new Refusal(PROVIDER, 1, IcmpError.UNREACHABLE));
                        },
                        LENDS,
                        "ok unknown failed",
                        "internet",
                        "ana answers, but the internet does not answer through it: its own WAN is dead, or what is behind"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theVerdictSaysWhatIsAtFault(Case row) {
        var findings = new TestFindings(new UplinkTest.Subject(
                ANA,
                "wgup-ana",
                Layout.mark(2),
                List.of(PROVIDER),
                List.of(TARGET),
                PROVIDER,
                Optional.of(Duration.ofSeconds(35)),
                row.lendsNoMore()));
        var found = new Found(
                question(Question.ECHO, PROVIDER),
                question(Question.ECHO, TARGET),
                question(Question.HOP, TARGET),
                question(Question.DNS, TARGET));
        findings.toProvider().add(found.provider);
        findings.echoes().add(found.echo);
        findings.others().addAll(List.of(found.hop, found.dns));
        // the resolver of the lease may be the provider itself: its answer alone is no internet
        Question resolver = question(Question.DNS, PROVIDER);
        findings.resolver().add(resolver);
        row.what().accept(found);
        List<TestStage> stages = List.of(findings.tunnel(), findings.provider(), findings.internet());
        TestResult result = findings.result(stages);
        assertThat(String.join(" ", stages.stream().map(TestStage::state).toList()))
                .isEqualTo(row.states());
        assertThat(result.verdict()).isEqualTo(row.verdict());
        assertThat(result.success()).isEqualTo(row.verdict().equals("works"));
        assertThat(result.message()).isEqualTo(row.message());
    }

    @Test
    void withoutATunnelWhoKeepsItFromBeingMadeIsToBlame() {
        assertThat(TestFindings.withoutTunnel(ANA, "not leased yet", true).verdict())
                .isEqualTo("tunnel");
        TestResult refused = TestFindings.withoutTunnel(ANA, "it lends no more", false);
        assertThat(refused.verdict()).isEqualTo("provider");
        assertThat(refused.message()).isEqualTo("there is no tunnel to ana: it lends no more");
    }

    private static Question question(String kind, InetAddress target) {
        return new Question(kind, target, System.nanoTime());
    }
}
