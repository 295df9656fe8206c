package org.wguplink.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenBandwidthTest {
    /** What was seen one after the other: {@code p40} a peak, {@code s40} a rate that stayed the same, {@code m40}
     * a load made on purpose.
     */
    @ParameterizedTest
    @CsvSource({
        "'', 0, ''",
        "'', 100, 100",
        "p3, 100, 100",
        "p3, 0, 3",
        "p300, 100, 300",
        "s40, 100, 40",
        "p60 s40, 100, 40",
        "s40 p60, 100, 60",
        "s40 p45, 100, 40",
        "s40 s45, 100, 40",
        "s40 s90, 100, 90",
        "s90 s40, 100, 40",
        "s40 p3, 100, 40",
        "s4, 100, 100",
        "p3 p2, 0, 3",
        "m4, 100, 4",
        "m40 p60, 100, 60",
        "s40 m90 p30, 100, 90",
        "m0, 0, 1"
    })
    void aClaimCountsUntilTrafficHasShownTheLimit(String seen, int claimed, String counts) {
        Optional<SeenBandwidth> known = Optional.empty();
        for (String word : seen.isEmpty() ? new String[0] : seen.split(" ", -1)) {
            int mbps = Integer.parseInt(word.substring(1));
            SeenBandwidth next = switch (word.charAt(0)) {
                case 'p' -> SeenBandwidth.peak(mbps);
                case 's' -> SeenBandwidth.sustained(mbps);
                default -> SeenBandwidth.measured(mbps);
            };
            known = Optional.of(known.map(k -> k.and(next)).orElse(next));
        }
        assertThat(SeenBandwidth.counts(known, claimed).map(String::valueOf).orElse(""))
                .isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource({"10,14,10", "10,16,16", "100,114,100", "100,116,116", "100,84,84", "100,86,100", "3,1,3"})
    void noiseIsNoOtherLatency(long before, long now, long counts) {
        assertThat(Steady.latency(Duration.ofMillis(before), Duration.ofMillis(now)))
                .isEqualTo(Duration.ofMillis(counts));
    }
}
