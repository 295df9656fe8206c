package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.time.MonoTime;

class LearnedTest {
    private static final MonoTime NOW = new MonoTime(0);
    private static final Duration LATE = Duration.ofMillis(110);

    /** A path on which this has been answered within a millisecond. */
    private static Learned knowing(Probe.Method method) {
        Learned fresh = Learned.nothing(Rota.of(List.of(Addresses.parse("192.0.2.1"))));
        return fresh.answered(entry(fresh, method), false, Duration.ofMillis(1), false, NOW);
    }

    private static int entry(Learned learned, Probe.Method method) {
        return IntStream.range(0, 3)
                .filter(i -> learned.rota().probe(i).method() == method)
                .findFirst()
                .orElseThrow();
    }

    private static Learned late(Learned learned, Probe.Method method) {
        return learned.answered(entry(learned, method), false, LATE, true, NOW);
    }

    /** When it was read is not when it came: this process may have been at something else. */
    @Test
    void onlyPingsMakePatientWherePingsAreAnswered() {
        Learned path = knowing(Probe.Method.ICMP);
        assertThat(late(path, Probe.Method.ICMP).lateness()).isPresent();
        for (Probe.Method other : List.of(Probe.Method.TCP, Probe.Method.DNS)) {
            Learned after = late(path, other);
            assertThat(after.lateness()).as("%s", other).isEmpty();
            assertThat(after.rtts()).as("%s", other).isEqualTo(path.rtts());
        }
    }

    @Test
    void connectionsAndQueriesMakePatientWhereNothingElseIsAnswered() {
        assertThat(late(knowing(Probe.Method.TCP), Probe.Method.TCP).lateness()).isPresent();
        assertThat(late(knowing(Probe.Method.DNS), Probe.Method.DNS).lateness()).isPresent();
    }
}
