package org.wguplink.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToldTimeTest {
    private static final Instant KNOWN = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant TRUE = Instant.parse("2026-03-04T12:00:00Z");
    private static final Instant LIE = Instant.parse("2027-01-01T00:00:00Z");
    private static final Duration TOLERANCE = Duration.ofMinutes(2);

    @Test
    void nobodyHasSpoken() {
        assertThat(agreed(true)).isEmpty();
    }

    @Test
    void oneWhoSpeaksAloneIsBelievedOnlyWhenTheOthersHadTheirTime() {
        assertThat(agreed(false, TRUE)).isEmpty();
        assertThat(agreed(true, TRUE)).contains(TRUE);
    }

    @Test
    void twoWhoAgreeAreBelievedAtOnce() {
        assertThat(agreed(false, TRUE, TRUE.plusSeconds(20))).contains(TRUE);
    }

    @Test
    void oneLiarAmongSeveralSetsNothing() {
        assertThat(agreed(true, LIE, TRUE, TRUE.minusSeconds(30))).contains(TRUE);
        assertThat(agreed(true, TRUE, LIE)).contains(TRUE);
    }

    @Test
    void oneLiarDoesNotMoveAClockThatAnotherConfirms() {
        assertThat(agreed(true, LIE, KNOWN.minusSeconds(60))).contains(KNOWN.minusSeconds(60));
    }

    @Test
    void whoIsBehindWhatWeKnowIsNotHeard() {
        assertThat(agreed(true, TRUE, KNOWN.minusSeconds(3600))).contains(TRUE);
        assertThat(agreed(true, Instant.EPOCH, KNOWN.minusSeconds(3600))).isEmpty();
    }

    private static Optional<Instant> agreed(boolean waited, Instant... told) {
        return ToldTime.agreed(List.of(told), KNOWN, TOLERANCE, waited);
    }
}
