package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.peer.PeerId;
import org.wguplink.linux.ffi.OsException;

/** Reaches the internet through one uplink, whatever carries the traffic now, and tells each stage as it is over. */
final class UplinkTest {
    private static final int ECHOES = 5;
    private static final Duration SPACING = Duration.ofMillis(100);
    private static final int TUNNEL_TRIES = 4;
    private static final Duration TUNNEL_PATIENCE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** Behind a tunnel that is silent there is little to hope for. */
    private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(1);

    /**
     * What is tested, and what is known of it without asking.
     *
     * @param provider the provider's own addresses in the tunnel
     * @param targets of the internet, at least one
     * @param resolver who is asked for names while the uplink is in use
     * @param sinceHandshake empty when there was none
     * @param lendsNoMore the provider's own word, where it withdrew its offer
     */
    record Subject(
            PeerId peer,
            String device,
            FwMark mark,
            List<InetAddress> provider,
            List<InetAddress> targets,
            InetAddress resolver,
            Optional<Duration> sinceHandshake,
            Optional<String> lendsNoMore) {}

    private final Subject subject;
    private final Consumer<TestStage> tell;
    private final TestFindings findings;

    private UplinkTest(Subject subject, Consumer<TestStage> tell) {
        this.subject = subject;
        this.tell = tell;
        findings = new TestFindings(subject);
    }

    /** Blocks for some 6 s at most. */
    static TestResult run(Subject subject, Consumer<TestStage> tell) throws OsException {
        try (var sounding = new Sounding(subject.device(), subject.mark())) {
            return new UplinkTest(subject, tell).run(sounding);
        }
    }

    private TestResult run(Sounding sounding) throws OsException {
        var stages = new ArrayList<TestStage>();
        askProvider(sounding);
        // a provider that does not answer itself may forward all the same
        if (findings.tunnelAnswers()) over(stages, findings.tunnel());
        askBeyond(sounding);
        if (!stages.isEmpty() && findings.providerIsKnown()) over(stages, findings.provider());
        sounding.await(
                findings.tunnelAnswers() ? PATIENCE : LITTLE_PATIENCE,
                () -> Stream.concat(findings.echoes().stream(), findings.resolver().stream())
                        .allMatch(Question::heard));
        if (stages.isEmpty()) over(stages, findings.tunnel());
        if (stages.size() == 1) over(stages, findings.provider());
        over(stages, findings.internet());
        return findings.result(stages);
    }

    private void askProvider(Sounding sounding) throws OsException {
        for (int i = 0; i < TUNNEL_TRIES && !findings.tunnelAnswers(); i++) {
            for (InetAddress address : subject.provider()) findings.toProvider().add(sounding.echo(address));
            sounding.await(TUNNEL_PATIENCE, findings::tunnelAnswers);
        }
    }

    /** The echoes go to targets of one family, and one more to the other: a provider without IPv6 still works. */
    private void askBeyond(Sounding sounding) throws OsException {
        Family family = Family.of(subject.targets().getFirst());
        List<InetAddress> main = of(family, true);
        for (InetAddress other : of(family, false).stream().limit(1).toList())
            findings.others().add(sounding.echo(other));
        findings.others().add(sounding.hop(main.getFirst()));
        findings.others().add(sounding.dns(main.getFirst()));
        findings.resolver().add(sounding.dns(subject.resolver()));
        for (int i = 0; i < ECHOES; i++) {
            findings.echoes().add(sounding.echo(main.get(i % main.size())));
            sounding.await(SPACING, () -> false);
        }
    }

    private List<InetAddress> of(Family family, boolean same) {
        return subject.targets().stream()
                .filter(t -> (Family.of(t) == family) == same)
                .toList();
    }

    private void over(List<TestStage> stages, TestStage stage) {
        stages.add(stage);
        tell.accept(stage);
    }
}
