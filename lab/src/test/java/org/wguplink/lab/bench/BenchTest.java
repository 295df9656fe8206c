package org.wguplink.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Wire;
import org.wguplink.lab.Usage;
import org.wguplink.lab.meter.TcpClients;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Impairment;
import org.wguplink.lab.scenario.Rescue;

class BenchTest {
    @Test
    void aSpreadKeepsTheOrderOfItsRuns() {
        assertThat(Wire.encode(Spread.of(List.of(5L, 1L, 4L))))
                .isEqualTo("{\"min\":1,\"median\":4.0,\"max\":5,\"runs\":[5,1,4]}");
        assertThat(Spread.of(List.of(4L, 1L)).median()).isEqualTo(2.5);
    }

    @Test
    void wrongWordsAreNamed() {
        assertUsage("bench: no topic; expected one of outage, compare, idle, footprint, cli, see ./bench --help");
        assertUsage(
                "bench: unknown topic 'speed'; expected one of outage, compare, idle, footprint, cli, see ./bench --help",
                "speed");
        assertUsage("bench cli: unknown option '--fault'; see ./bench --help", "cli", "--fault", "carrier");
        assertUsage("bench cli: --runs needs a value", "cli", "--runs");
        assertUsage("bench cli: --runs: found '0'; expected an integer from 1 to 1000", "cli", "--runs", "0");
        assertUsage("bench outage: --runs: found '101'; expected an integer from 1 to 100", "outage", "--runs", "101");
        assertFaults("f4", "found 'f4'; expected f4:N with N from 1 to 99");
        assertFaults("f1,f9d:5001", "found 'f9d:5001'; expected f9d:N with N from 1 to 5000");
        assertFaults("f7", "f7, the way back, is measured with every other fault");
        for (String word : List.of("", "f99", "f1:3", "f2@f3", "f4:x", "f1,"))
            assertThatThrownBy(() -> Scenario.parseList(word))
                    .isInstanceOf(Usage.class)
                    .hasMessageContaining("expected a list of " + Scenario.FORMS);
    }

    @Test
    void faultsAreKnownByTheirNames() {
        assertThat(Scenario.parse("f5@f2"))
                .isEqualTo(new Scenario("f5@f2", true, new Scenario.Trouble.Dead(Fault.CARRIER)));
        assertThat(Scenario.parse("f4:30"))
                .isEqualTo(new Scenario("f4:30", false, new Scenario.Trouble.Limping(new Impairment.Loss(30))));
        assertThat(Scenario.parseList("f1,f8")).extracting(Scenario::name).containsExactly("f1", "f8");
    }

    @Test
    void aRunThatNeverRecoveredAndAClientThatHangsAreNull() {
        OutageRun.Result good = result(Optional.of(Duration.ofMillis(300)), Optional.of(Duration.ofMillis(12)));
        assertThat(OutageFigures.of(List.of(good)).outageMs()).isEqualTo(new OutageFigures.Extent(300, 300, 300));
        assertThat(OutageFigures.of(List.of(good)).tcpResetMs()).isEqualTo(new OutageFigures.Extent(12, 12, 12));
        OutageFigures mixed = OutageFigures.of(List.of(good, result(Optional.empty(), Optional.empty())));
        assertThat(mixed.outageMs()).isNull();
        assertThat(mixed.tcpResetMs()).isNull();
        assertThat(mixed.leaked()).isEqualTo(4);
        assertThat(OutageTopic.json(2, 0, 100, null, Map.of("f4:30", mixed)))
                .isEqualTo(
                        "{\"runs\":2,\"failed\":0,\"rtt_ms\":100,\"verdict_to_kernel_us\":null,\"f4:30\":{\"outage_ms\":null,\"failback_lost\":0,\"failback_stayed\":true,\"fresh_back_ms\":5000,"
                                + "\"fresh_ms\":140,\"dns_ok\":0.97,\"http_ok\":1.0,\"switches\":1,\"leaked\":4,"
                                + "\"verdict_to_kernel_us\":{\"switches\":2,\"min\":730,\"median\":730.0,\"p99\":730,\"max\":730},\"exits\":\"CA\",\"tcp_reset_ms\":null}}");
    }

    private static OutageRun.Result result(Optional<Duration> outage, Optional<Duration> reset) {
        return new OutageRun.Result(
                outage,
                "CA",
                1,
                1,
                List.of(Duration.ofNanos(730_400)),
                Optional.of(Duration.ofMillis(140)),
                OptionalDouble.of(0.97),
                OptionalDouble.of(0.99967),
                Map.of(TcpClients.Kind.IDLE, reset),
                Optional.of(new Rescue.Failback(Duration.ofSeconds(5), 0, true)),
                Map.of("C on its WAN", 2L),
                Duration.ZERO);
    }

    private static void assertFaults(String faults, String message) {
        assertUsage("bench: --faults: " + message, "outage", "--faults", faults);
    }

    private static void assertUsage(String message, String... args) {
        assertThatThrownBy(() -> Bench.run(List.of(args)))
                .isInstanceOf(Usage.class)
                .hasMessage(message);
    }
}
