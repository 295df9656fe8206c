package org.wguplink.core.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.time.MonoTime;

class PathStandingTest {
    private MonoTime now = new MonoTime(Long.MAX_VALUE - 1);
    private PathStanding path = PathStanding.UNKNOWN;

    @ParameterizedTest
    @CsvSource({"0,0", "1,5", "2,60", "3,120", "4,240", "5,480", "6,600", "16,600", "40,600"})
    void theHoldDownGrowsWithEachFailure(int failures, long holdSeconds) {
        up();
        for (int i = 0; i < failures; i++) {
            down();
            up();
        }
        assertThat(path.hold()).isEqualTo(Duration.ofSeconds(holdSeconds));
        now = now.plus(path.hold().minusMillis(failures == 0 ? 0 : 1));
        assertThat(path.trusted(now)).isEqualTo(failures == 0);
        now = now.plus(Duration.ofMillis(1));
        assertThat(path.trusted(now)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0,4", "9,4", "10,3", "25,2", "40,1", "4000,1"})
    void everyTenMinutesOfLifeForgiveAFailure(long minutes, int failures) {
        failThrice();
        now = now.plus(Duration.ofMinutes(minutes));
        assertThat(path.remembered(now)).isEqualTo(failures - 1);
        down();
        assertThat(path.failures()).isEqualTo(failures);
    }

    @Test
    void timeThatIsSpentDeadForgivesNothing() {
        failThrice();
        down();
        now = now.plus(Duration.ofHours(5));
        up();
        assertThat(path.failures()).isEqualTo(4);
    }

    @Test
    void aPathThatIsDoubtedIsForgivenForTheTimeThatItLived() {
        failThrice();
        now = now.plus(Duration.ofMinutes(20));
        path = path.doubted(now, "it rides wan, which is down");
        up();
        assertThat(path.failures()).isEqualTo(1);
        assertThat(path.hold()).isEqualTo(PathStanding.FIRST_HOLD);
    }

    private void failThrice() {
        up();
        for (int i = 0; i < 3; i++) {
            down();
            up();
        }
    }

    private void up() {
        path = path.cameUp(now, "answers");
    }

    private void down() {
        path = path.wentDown(now, "silence");
    }
}
