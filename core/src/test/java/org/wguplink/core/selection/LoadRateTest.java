package org.wguplink.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;

class LoadRateTest {
    private static final MonoTime BEGAN = new MonoTime(Long.MAX_VALUE - 5_000_000);
    private static final Duration TIME = Duration.ofSeconds(3);

    private LoadRate rate = LoadRate.begin(BEGAN);

    @Test
    void theSlowStartDoesNotCount() {
        come(0, 250, 10);
        assertThat(rate.mbps(at(250))).as("while there is no more").isCloseTo(8, within(0.01));
        come(250, 500, 10);
        come(500, 3000, 20);
        assertThat(rate.mbps(at(3000))).isCloseTo(16, within(0.01));
        assertThat(rate.bytes()).isEqualTo(500_000 + 5_000_000);
    }

    @Test
    void whatStopsComingSlowsTheRateAndIsSilentAfterTwoSeconds() {
        come(0, 1500, 10);
        assertThat(rate.mbps(at(1500))).isCloseTo(8, within(0.01));
        assertThat(rate.mbps(at(2500))).isCloseTo(4, within(0.01));
        assertThat(rate.isSilent(at(3400))).isFalse();
        assertThat(rate.isSilent(at(3500))).isTrue();
    }

    @Test
    void itIsOverAfterItsTimeOrItsVolume() {
        come(0, 1000, 10);
        assertThat(rate.isOver(TIME, at(2999))).isFalse();
        assertThat(rate.isOver(TIME, at(3000))).isTrue();
        rate = LoadRate.begin(BEGAN).with(LoadRate.MOST_BYTES - 1, at(100));
        assertThat(rate.isOver(TIME, at(100))).isFalse();
        rate = rate.with(1, at(200));
        assertThat(rate.isOver(TIME, at(200))).isTrue();
        assertThat(rate.tells(at(200))).isTrue();
        assertThat(rate.mbps(at(200))).isCloseTo(10_000, within(1.0));
    }

    @Test
    void aLoadThatEndsSoonTellsNothing() {
        come(0, 900, 10);
        assertThat(rate.tells(at(900))).isFalse();
        assertThat(rate.tells(at(1000))).isTrue();
        assertThat(LoadRate.begin(BEGAN).mbps(BEGAN)).isZero();
    }

    /** So much every 10 ms; 10 kB are 8 Mbit/s. */
    private void come(int fromMs, int untilMs, int kilobytes) {
        for (int ms = fromMs + 10; ms <= untilMs; ms += 10) rate = rate.with(kilobytes * 1000L, at(ms));
    }

    private static MonoTime at(int ms) {
        return BEGAN.plus(Duration.ofMillis(ms));
    }
}
