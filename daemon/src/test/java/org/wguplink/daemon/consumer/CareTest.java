package org.wguplink.daemon.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.health.Detection;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;

/** What check_interval and failover_timeout mean for an uplink: docs/adr/0006. */
class CareTest {
    private static final MonoTime OPENED = new MonoTime(0);

    @ParameterizedTest
    @CsvSource({"1,1000", "2,2000", "30,2000", "3600,2000"})
    void anIdleTunnelIsAskedAtLeastEveryCheckInterval(int checkSeconds, int intervalMs) {
        assertThat(care(checkSeconds, 10).probes(false).interval()).isEqualTo(Duration.ofMillis(intervalMs));
        assertThat(care(checkSeconds, 10).probes(true).interval())
                .isEqualTo(Detection.DEFAULT.inUse().interval());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "30,30", "60,60", "3600,60"})
    void aLeaseIsAskedForAgainAtLeastEveryCheckInterval(int checkSeconds, int pauseSeconds) {
        assertThat(care(checkSeconds, 10).longestPause()).isEqualTo(Duration.ofSeconds(pauseSeconds));
    }

    @Test
    void theTunnelInUseIsNotSilentForLongerThanTheFailoverTimeout() {
        assertThat(care(30, 3).probes(true).longestSilence()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aNewUplinkHasTheFailoverTimeoutToProveItself() {
        assertThat(care(30, 3).provenBy(OPENED)).isEqualTo(OPENED.plus(Duration.ofSeconds(3)));
    }

    private static Care care(int checkSeconds, int failoverSeconds) {
        return new Care(
                List.of(),
                new Config.Watching(Detection.DEFAULT, Optional.empty(), List.of(), Optional.empty()),
                Duration.ofSeconds(checkSeconds),
                Duration.ofSeconds(failoverSeconds));
    }
}
