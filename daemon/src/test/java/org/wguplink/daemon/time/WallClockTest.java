package org.wguplink.daemon.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.wguplink.core.peer.PeerId;

class WallClockTest {
    private static final Instant SIGNED = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant TRUE = Instant.parse("2026-03-04T12:00:00Z");
    private static final Instant ROSTER_ENDS = Instant.parse("2026-12-01T00:00:00Z");
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BEN = new PeerId("ben");

    private Instant system = Instant.EPOCH;
    private long nanos = 17;
    private final WallClock clock = new WallClock(() -> system, () -> nanos);

    @Test
    void isTheSystemsClockAsLongAsThatIsNotPlainlyWrong() {
        system = SIGNED.minusSeconds(120);
        clock.atLeast(SIGNED);
        assertThat(clock.isLost()).isFalse();
        assertThat(clock.instant()).isEqualTo(system);
        clock.heard(ANA, TRUE);
        pass(WallClock.PATIENCE);
        assertThat(clock.instant()).isEqualTo(system);
    }

    @Test
    void goesOnFromTheFloorWhenTheSystemBootsIn1970() {
        clock.atLeast(SIGNED);
        pass(Duration.ofSeconds(90));
        clock.atLeast(SIGNED.minusSeconds(5000));
        assertThat(clock.isLost()).isTrue();
        assertThat(clock.isKnown()).isFalse();
        assertThat(clock.instant()).isEqualTo(SIGNED.plusSeconds(90));
    }

    @Test
    void isRaisedByAMemberWhomNobodyContradictsAndByTwoAtOnce() {
        clock.atLeast(SIGNED);
        clock.heard(ANA, TRUE);
        assertThat(clock.instant()).isEqualTo(SIGNED);
        pass(WallClock.PATIENCE);
        assertThat(clock.instant()).isEqualTo(TRUE.plus(WallClock.PATIENCE));
        assertThat(clock.isKnown()).isTrue();
        clock.heard(BEN, TRUE.minusSeconds(10));
        assertThat(clock.instant()).isEqualTo(TRUE.minusSeconds(10));
    }

    @Test
    void comesDownAgainWhenASecondMemberContradictsTheFirst() {
        clock.atLeast(SIGNED);
        clock.heard(ANA, TRUE.plus(Duration.ofDays(100)));
        pass(WallClock.PATIENCE);
        assertThat(clock.instant()).isAfter(TRUE.plus(Duration.ofDays(99)));
        clock.heard(BEN, TRUE);
        assertThat(clock.instant()).isEqualTo(TRUE);
    }

    @Test
    void isNeverRaisedBeyondTheRoster() {
        clock.atLeast(SIGNED);
        clock.atMost(ROSTER_ENDS);
        clock.heard(ANA, ROSTER_ENDS.plusSeconds(1));
        pass(WallClock.PATIENCE);
        assertThat(clock.instant()).isEqualTo(SIGNED.plus(WallClock.PATIENCE));
    }

    @Test
    void isTheSystemsAgainWhenThatIsSetAndForgetsWhatWasSaid() {
        clock.atLeast(SIGNED);
        clock.heard(ANA, TRUE.plus(Duration.ofDays(100)));
        pass(WallClock.PATIENCE);
        system = TRUE;
        assertThat(clock.instant()).isEqualTo(TRUE);
        system = Instant.EPOCH;
        assertThat(clock.instant()).isEqualTo(SIGNED.plus(WallClock.PATIENCE));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        system = system.plus(time);
    }
}
