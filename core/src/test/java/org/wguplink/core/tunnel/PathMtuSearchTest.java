package org.wguplink.core.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;

class PathMtuSearchTest {
    /** A tunnel of which some echoes come back, after 20 ms. */
    private static final class Way {
        MonoTime now = new MonoTime(0);
        PathMtuSearch search = PathMtuSearch.start(1420, now);
        IntPredicate passes = size -> true;
        boolean busy = true;
        int bytes;

        Way run(Duration time) {
            MonoTime end = now.plus(time);
            while (now.isBefore(end)) {
                now = now.plus(Duration.ofMillis(20));
                PathMtuSearch.Step step = search.tick(busy, now);
                search = step.search();
                for (int size : step.sizes()) {
                    bytes += size;
                    if (passes.test(size)) search = search.answered(size, now);
                }
            }
            return this;
        }
    }

    @Test
    void whatFitsAtFirstIsCheckedAndKept() {
        Way way = new Way().run(Duration.ofSeconds(1));
        assertThat(way.search.fits()).isEqualTo(1420);
        assertThat(way.bytes).isEqualTo(1420);
    }

    @Test
    void aBlackHoleIsFoundWithinSecondsOfUse() {
        for (int size : new int[] {1376, 1328, 1280, 1216, 1200}) {
            Way way = new Way().run(Duration.ofMinutes(1));
            way.passes = s -> s <= size;
            assertThat(way.run(Duration.ofSeconds(15)).search.fits()).isEqualTo(size);
        }
    }

    @Test
    void aWayThatIsWideAgainIsFoundInMinutes() {
        Way way = new Way();
        way.passes = s -> s <= 1300;
        way.run(Duration.ofSeconds(15));
        way.passes = s -> true;
        assertThat(way.run(Duration.ofSeconds(90)).search.fits()).isEqualTo(1280);
        assertThat(way.run(Duration.ofSeconds(60)).search.fits()).isEqualTo(1420);
    }

    /** Two of three are lost, and now and then all three: it is put right later. */
    @Test
    void lossesAreNoBlackHole() {
        Way way = new Way();
        int[] sent = {0};
        way.passes = s -> ++sent[0] % 3 == 0;
        for (int i = 0; i < 20; i++)
            assertThat(way.run(Duration.ofSeconds(10)).search.fits()).isEqualTo(1420);
    }

    @Test
    void anEndThatAnswersNothingTeachesNothing() {
        Way way = new Way();
        way.passes = s -> false;
        assertThat(way.run(Duration.ofMinutes(9)).search.fits()).isEqualTo(1420);
        assertThat(way.bytes).isLessThan(3 * (1420 + 1376 + 1328 + 1280 + 1216 + 1200) + 1);
    }

    @Test
    void aQuietTunnelCostsHalfAMegabyteADay() {
        Way way = new Way();
        way.busy = false;
        way.run(Duration.ofHours(6));
        assertThat(way.bytes * 2 * 4).isLessThan(500_000);
    }
}
