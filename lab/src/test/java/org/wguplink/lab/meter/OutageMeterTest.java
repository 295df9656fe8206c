package org.wguplink.lab.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

@NeedsLab
class OutageMeterTest {
    private static final String TARGET = "8.8.8.8";

    @Test
    void aHealthyLineLosesNothing() throws Exception {
        for (String target : List.of(TARGET, "2001:4860:4860::8888"))
            try (Lab lab = Lab.build(List.of("A", "B"));
                    OutageMeter meter = start(lab.node("B"), target)) {
                Thread.sleep(300);
                MonoTime from = now();
                Thread.sleep(1000);
                MonoTime to = now();
                Thread.sleep(Timeline.GRACE);
                Timeline timeline = meter.timeline();
                assertThat(timeline.lost(from, to)).isZero();
                assertThat(timeline.since(from).probes()).hasSizeGreaterThan(150);
                assertThat(timeline.exits(from)).extracting(Timeline.Exit::exit).containsExactly(2);
            }
    }

    @Test
    void anOutageOfKnownLengthIsMeasured() throws Exception {
        try (Lab lab = Lab.build(List.of("A"));
                OutageMeter meter = start(lab.node("A"), TARGET)) {
            Thread.sleep(300);
            MonoTime cutAt = now();
            try (Cut _ = lab.node("A").cut(Fault.BLACKHOLE)) {
                Thread.sleep(500);
            }
            MonoTime healedAt = now();
            Thread.sleep(500);

            Timeline timeline = meter.timeline();
            Duration known = healedAt.since(cutAt);
            assertThat(timeline.outage(cutAt)).isBetween(Duration.ofMillis(490), known.plusMillis(200));
            assertThat(timeline.lost(cutAt, healedAt)).isBetween(80L, known.toMillis() / 5 + 1);
            assertThat(timeline.steadySince(1))
                    .hasValueSatisfying(
                            since -> assertThat(since.isBefore(cutAt)).isFalse());
        }
    }

    @Test
    void newFlowsTellTheirExit() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B", "C"));
                FreshFlows flows = FreshFlows.start(lab.node("C").hostNamespace(), TARGET, FreshFlows.BEAT)) {
            MonoTime from = now();
            Thread.sleep(1000);
            assertThat(flows.timeline().exits(from))
                    .extracting(Timeline.Exit::exit)
                    .containsExactly(3);
            try (Cut _ = lab.node("C").cut(Fault.UPSTREAM)) {
                Thread.sleep(700);
                assertThat(flows.timeline().steadySince(3)).isEmpty();
            }
            Thread.sleep(700);
            assertThat(flows.timeline().steadySince(3)).isPresent();
        }
    }

    private static OutageMeter start(LabNode node, String target) throws Exception {
        return OutageMeter.start(node.hostNamespace(), target, OutageMeter.BEAT);
    }

    private static MonoTime now() {
        return new MonoTime(System.nanoTime());
    }
}
