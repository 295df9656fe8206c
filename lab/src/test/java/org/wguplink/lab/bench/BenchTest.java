package org.wguplink.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Wire;
import org.wguplink.lab.Usage;

class BenchTest {
    @Test
    void aSpreadKeepsTheOrderOfItsRuns() {
        assertThat(Wire.encode(Spread.of(List.of(5L, 1L, 4L))))
                .isEqualTo("{\"min\":1,\"median\":4.0,\"max\":5,\"runs\":[5,1,4]}");
        assertThat(Spread.of(List.of(4L, 1L)).median()).isEqualTo(2.5);
    }

    @Test
    void wrongWordsAreNamed() {
        assertUsage("bench: no topic; expected one of failover, cli, see ./bench --help");
        assertUsage("bench: unknown topic 'speed'; expected one of failover, cli, see ./bench --help", "speed");
        assertUsage("bench cli: unknown option '--fault'; see ./bench --help", "cli", "--fault", "carrier");
        assertUsage("bench cli: --runs needs a value", "cli", "--runs");
        assertUsage("bench cli: --runs: found '0'; expected an integer from 1 to 1000", "cli", "--runs", "0");
        assertUsage(
                "bench failover: --fault: found 'fire'; expected blackhole or carrier",
                "failover",
                "--fault",
                "fire",
                "--json");
    }

    private static void assertUsage(String message, String... args) {
        assertThatThrownBy(() -> Bench.run(List.of(args)))
                .isInstanceOf(Usage.class)
                .hasMessage(message);
    }
}
