package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;

class PortalWatchTest {
    private MonoTime now = new MonoTime(0);
    private PortalWatch watch = PortalWatch.IDLE;

    @Test
    void aPathIsAskedAtOnceWhenItHasComeUpAndSeldomWhileThePageComes() {
        assertThat(watch.isDue(now)).isFalse();
        watch = watch.judged(Verdict.UP, now);
        assertThat(watch.isDue(now)).isTrue();
        ask(PageAnswer.EXPECTED);
        assertPause(PortalWatch.USUAL);
        assertThat(watch.complaint()).isEmpty();
    }

    @Test
    void aPathThatAnswersThoughTrafficIsNotAnsweredIsAskedSoonerButNotAtEachSuspicion() {
        watch = watch.judged(Verdict.UP, now);
        ask(PageAnswer.EXPECTED);
        suspect();
        assertPause(PortalWatch.SUSPECTED);
        pass(Duration.ofSeconds(10));
        suspect();
        assertPause(PortalWatch.SUSPECTED.minusSeconds(10));
        pass(Duration.ofMinutes(2));
        suspect();
        assertThat(watch.isDue(now)).isTrue();
        captive();
        suspect();
        assertPause(PortalWatch.LEAST_CAPTIVE);
    }

    @Test
    void aPortalIsAskedAgainSoonAndLessSoonTheLongerItLasts() {
        captive();
        assertThat(watch.complaint()).contains("is behind a captive portal");
        assertPause(Duration.ofSeconds(5));
        pass(Duration.ofMinutes(2));
        ask(PageAnswer.PORTAL);
        assertPause(Duration.ofSeconds(12));
        pass(Duration.ofHours(2));
        ask(PageAnswer.PORTAL);
        assertPause(Duration.ofMinutes(1));
        ask(PageAnswer.EXPECTED);
        assertThat(watch.complaint()).as("somebody has logged in").isEmpty();
        assertPause(PortalWatch.USUAL);
    }

    @Test
    void silenceAndErrorsSayNothing() {
        watch = watch.judged(Verdict.UP, now);
        watch = watch.asked(now);
        assertPause(PortalWatch.UNANSWERED);
        ask(PageAnswer.UNCLEAR);
        assertThat(watch.complaint()).isEmpty();
        assertPause(PortalWatch.UNANSWERED);
        captive();
        ask(PageAnswer.UNCLEAR);
        assertThat(watch.complaint()).isPresent();
        assertPause(PortalWatch.LEAST_CAPTIVE);
    }

    @Test
    void whatCannotBeAskedIsTriedAgain() {
        watch = watch.judged(Verdict.UP, now).unasked(now);
        assertPause(PortalWatch.SOON);
    }

    @Test
    void aPathThatDiesBeginsAnew() {
        captive();
        watch = watch.judged(Verdict.DOWN, now);
        assertThat(watch.answered(PageAnswer.PORTAL, now)).as("a late answer").isEqualTo(PortalWatch.IDLE);
        watch = watch.judged(Verdict.UP, now);
        assertThat(watch.complaint()).isEmpty();
        assertThat(watch.isDue(now)).isTrue();
    }

    private void captive() {
        watch = watch.judged(Verdict.UP, now);
        ask(PageAnswer.PORTAL);
    }

    private void ask(PageAnswer answer) {
        watch = watch.asked(now).answered(answer, now);
    }

    private void suspect() {
        watch = watch.judged(Verdict.SUSPECT, now).judged(Verdict.UP, now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void assertPause(Duration pause) {
        assertThat(watch.askAt()).contains(now.plus(pause));
    }
}
