package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.control.TestProbe;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;
import org.wguplink.core.net.Family;
import org.wguplink.core.peer.PeerId;
import org.wguplink.linux.probe.IcmpError;
import org.wguplink.linux.probe.IcmpSocket.Refusal;

/** What a test has found so far, and what that says of tunnel, provider and internet. */
final class TestFindings {
    private final UplinkTest.Subject subject;
    private final List<Question> toProvider = new ArrayList<>();
    private final List<Question> echoes = new ArrayList<>();
    private final List<Question> others = new ArrayList<>();
    private final List<Question> resolver = new ArrayList<>();

    TestFindings(UplinkTest.Subject subject) {
        this.subject = subject;
    }

    /** Echoes to the provider's own addresses. */
    List<Question> toProvider() {
        return toProvider;
    }

    /** Echoes to the internet; these are what is counted. */
    List<Question> echoes() {
        return echoes;
    }

    /** Other questions to the internet. */
    List<Question> others() {
        return others;
    }

    /** The question to the lease's resolver. Its answer proves no internet: the resolver may be the provider's. */
    List<Question> resolver() {
        return resolver;
    }

    /** A refusal proves the tunnel as much as a reply. */
    boolean tunnelAnswers() {
        return all().anyMatch(Question::heard);
    }

    /** Whether it is clear by now that the provider forwards, or that it does not. */
    boolean providerIsKnown() {
        return forwards().isPresent() || refusal(IcmpError.PROHIBITED).isPresent();
    }

    TestStage tunnel() {
        String handshake = subject.sinceHandshake()
                .map(age -> "last handshake %d s ago".formatted(age.toSeconds()))
                .orElse("no handshake yet");
        Optional<Question> reply =
                toProvider.stream().filter(Question::answered).findFirst();
        String said = reply.map(q -> "%s answers at %s".formatted(subject.peer(), text(q.target())))
                .orElseGet(() -> tunnelAnswers()
                        ? "packets come back through it"
                        : "%s does not answer through it".formatted(subject.peer()));
        return stage(
                TestStage.TUNNEL,
                tunnelAnswers() ? TestStage.OK : TestStage.FAILED,
                said + "; " + handshake,
                toProvider);
    }

    TestStage provider() {
        List<Question> hops = others.stream().filter(Question::isHop).toList();
        Optional<String> forwards = forwards();
        if (forwards.isPresent())
            return stage(
                    TestStage.PROVIDER,
                    TestStage.OK,
                    "%s forwards: %s".formatted(subject.peer(), forwards.get()),
                    hops);
        Optional<String> no = refusal(IcmpError.PROHIBITED).map(r -> "%s refuses to forward".formatted(subject.peer()));
        Optional<String> word = subject.lendsNoMore().map(why -> "it lends no more: " + why);
        if (no.isPresent() || word.isPresent())
            return stage(
                    TestStage.PROVIDER,
                    TestStage.FAILED,
                    Stream.of(no, word)
                            .flatMap(Optional::stream)
                            .reduce((a, b) -> a + "; " + b)
                            .orElseThrow(),
                    hops);
        String unknown = tunnelAnswers()
                ? "%s says that it lends, but nothing behind it answers".formatted(subject.peer())
                : "not reached";
        return stage(TestStage.PROVIDER, TestStage.UNKNOWN, unknown, hops);
    }

    TestStage internet() {
        boolean reached = reached();
        var text = new StringBuilder("%d of %d echoes answered".formatted(received(), echoes.size()));
        latency().ifPresent(ms -> text.append(", %s ms".formatted(ms)));
        for (Question other : others) {
            if (other.isHop() || other.isDns()) continue;
            said(text, Family.of(other.target()) == Family.IPV6 ? "IPv6" : "IPv4", other);
        }
        for (Question asked : resolver) said(text, "DNS at " + text(asked.target()), asked);
        refusal(IcmpError.UNREACHABLE).ifPresent(r -> text.append("; %s has no way there".formatted(subject.peer())));
        var questions = new ArrayList<>(echoes);
        others.stream().filter(q -> !q.isHop()).forEach(questions::add);
        questions.addAll(resolver);
        return stage(TestStage.INTERNET, reached ? TestStage.OK : TestStage.FAILED, text.toString(), questions);
    }

    private static void said(StringBuilder text, String what, Question question) {
        text.append("; ").append(what).append(question.answered() ? " answers" : " does not answer");
    }

    TestResult result(List<TestStage> stages) {
        TestStage provider = provider();
        String verdict;
        String message;
        if (reached()) {
            verdict = TestResult.WORKS;
            message = "%d of %d probes came back through %s".formatted(received(), echoes.size(), subject.peer());
        } else if (provider.state().equals(TestStage.FAILED)) {
            verdict = TestStage.PROVIDER;
            message = provider.message();
        } else if (!tunnelAnswers()) {
            verdict = TestStage.TUNNEL;
            message = tunnel().message();
        } else {
            verdict = TestStage.INTERNET;
            message = "%s answers, but the internet does not answer through it: its own WAN is dead, or what is behind"
                    .formatted(subject.peer());
        }
        return new TestResult(
                reached(),
                subject.peer().value(),
                subject.device(),
                echoes.size(),
                received(),
                latency().orElse(null),
                verdict,
                message,
                List.copyOf(stages));
    }

    /** The outcome where there is no tunnel to test: nobody to blame but who keeps it from being made. */
    static TestResult withoutTunnel(PeerId peer, String why, boolean lends) {
        String at = lends ? TestStage.TUNNEL : TestStage.PROVIDER;
        String message = "there is no tunnel to %s: %s".formatted(peer, why);
        var stage = new TestStage(at, TestStage.FAILED, message, List.of());
        return new TestResult(false, peer.value(), null, 0, 0, null, at, message, List.of(stage));
    }

    private boolean reached() {
        return Stream.concat(echoes.stream(), others.stream()).anyMatch(Question::answered);
    }

    private int received() {
        return (int) echoes.stream().filter(Question::answered).count();
    }

    /** The mean, in ms. */
    private Optional<Double> latency() {
        var trips = echoes.stream().flatMap(q -> q.roundTrip().stream()).toList();
        if (trips.isEmpty()) return Optional.empty();
        Duration sum = trips.stream().reduce(Duration.ZERO, Duration::plus);
        return Optional.of(Question.millis(sum.dividedBy(trips.size())));
    }

    /** What shows that packets get past the provider. */
    private Optional<String> forwards() {
        Optional<Refusal> router = Stream.concat(echoes.stream(), others.stream())
                .flatMap(q -> q.refusal().stream())
                .filter(r -> !subject.provider().contains(r.from()))
                .findFirst();
        if (router.isPresent()) return router.map(r -> "%s, behind it, answers".formatted(text(r.from())));
        return reached() ? Optional.of("the internet answers") : Optional.empty();
    }

    /** What the provider itself said no to. */
    private Optional<Refusal> refusal(IcmpError error) {
        return all().flatMap(q -> q.refusal().stream())
                .filter(r -> r.error() == error && subject.provider().contains(r.from()))
                .findFirst();
    }

    private Stream<Question> all() {
        return Stream.of(toProvider, echoes, others).flatMap(List::stream);
    }

    private static TestStage stage(String name, String state, String message, List<Question> questions) {
        List<TestProbe> probes = questions.stream().map(Question::probe).toList();
        return new TestStage(name, state, message, probes);
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }
}
