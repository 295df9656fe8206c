package org.wguplink.mesh.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long BEGIN = -5; // nanoTime may be negative

    private final OnceAMinute reports = new OnceAMinute();

    @Test
    void theSamePassesOncePerMinute() {
        assertThat(reports.pass("a", BEGIN)).contains("a");
        assertThat(reports.pass("a", BEGIN + 10)).isEmpty();
        assertThat(reports.pass("b", BEGIN + 10)).contains("b");
        assertThat(reports.pass("a", BEGIN + MINUTE - 1)).isEmpty();
        assertThat(reports.pass("a", BEGIN + MINUTE)).contains("a");
        assertThat(reports.pass("b", BEGIN + MINUTE)).isEmpty();
    }

    @Test
    void manyDifferentOnesAreCutOffAndThatIsSaidOnce() {
        for (int i = 0; i < OnceAMinute.MAX_KNOWN; i++)
            assertThat(reports.pass("stranger " + i, BEGIN)).isPresent();
        assertThat(reports.pass("one more", BEGIN))
                .hasValueSatisfying(text -> assertThat(text).startsWith("more than 64"));
        assertThat(reports.pass("one more", BEGIN)).isEmpty();
        assertThat(reports.pass("and another", BEGIN)).isEmpty();
        assertThat(reports.pass("one more", BEGIN + MINUTE)).contains("one more");
    }
}
