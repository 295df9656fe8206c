package org.wguplink.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.time.MonoTime;

class RateWindowTest {
    /** Mbit/s in each second; what is seen after the last. */
    @ParameterizedTest
    @CsvSource({
        "0,''",
        "0.9,''",
        "40,at least 40",
        "40 0,''",
        "40 40 40 40 40 40 40 40 40,at least 40",
        "40 40 40 40 40 40 40 40 40 40,40",
        "5 50 45 44 55 50 45 50 51 50 60,50",
        "50 5 50 5 50 5 50 5 50 5,at least 5",
        "2 2 2 2 2 2 2 2 2 2,at least 2"
    })
    void aRateThatStaysIsTheBandwidthAndAnotherIsTheLeast(String rates, String seen) {
        MonoTime now = new MonoTime(Long.MAX_VALUE - 3_000_000_000L);
        RateWindow window = RateWindow.start(1000, 1000, now);
        double received = 1000;
        for (String mbps : rates.split(" ", -1)) {
            received += Double.parseDouble(mbps) * 1e6 / 8;
            now = now.plus(Duration.ofSeconds(1));
            window = window.look((long) received, 1000, now);
        }
        assertThat(window.seen()
                        .map(s -> (s.limit() ? "" : "at least ") + s.mbps())
                        .orElse(""))
                .isEqualTo(seen);
    }
}
