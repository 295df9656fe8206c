package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;

class PortalWatchTest {
    private MonoTime now = new MonoTime(0);
    private PortalWatch watch = PortalWatch.IDLE;
    private int pages = 1;

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
    void whatCannotBeAskedIsTriedAgainByTheNextPage() {
        watch = watch.judged(Verdict.UP, now).unasked(now);
        assertPause(PortalWatch.SOON);
        assertThat(watch.page()).isEqualTo(1);
    }

    @Test
    void aPageThatHasChangedForEverybodyIsNoPortal() {
        pages = 2;
        watch = watch.judged(Verdict.UP, now);
        ask(PageAnswer.PORTAL);
        assertThat(watch.complaint()).isEmpty();
        assertThat(watch.isDue(now)).as("the other page is asked at once").isTrue();
        ask(PageAnswer.EXPECTED);
        assertThat(watch.complaint()).isEmpty();
        assertPause(PortalWatch.USUAL);
        assertThat(watch.page() % pages).as("the page that comes is kept").isEqualTo(1);
    }

    @Test
    void aPortalAnswersForAllPagesAndIsOverWhenOneComes() {
        pages = 2;
        captive();
        ask(PageAnswer.PORTAL);
        assertThat(watch.complaint()).isPresent();
        ask(PageAnswer.PORTAL);
        assertThat(watch.complaint()).isPresent();
        assertPause(PortalWatch.LEAST_CAPTIVE);
        ask(PageAnswer.EXPECTED);
        assertThat(watch.complaint()).isEmpty();
        ask(PageAnswer.PORTAL);
        assertThat(watch.complaint()).as("begins anew").isEmpty();
    }

    @Test
    void onePageOutOfReachDoesNotHideAPortal() {
        pages = 2;
        captive();
        watch = watch.asked(now);
        assertPause(PortalWatch.UNANSWERED);
        ask(PageAnswer.PORTAL);
        assertThat(watch.complaint()).isPresent();
    }

    @Test
    void aPathThatDiesBeginsAnew() {
        captive();
        watch = watch.judged(Verdict.DOWN, now);
        assertThat(watch.answered(PageAnswer.PORTAL, pages, now))
                .as("a late answer")
                .isEqualTo(PortalWatch.IDLE);
        watch = watch.judged(Verdict.UP, now);
        assertThat(watch.complaint()).isEmpty();
        assertThat(watch.isDue(now)).isTrue();
    }

    private void captive() {
        watch = watch.judged(Verdict.UP, now);
        ask(PageAnswer.PORTAL);
    }

    private void ask(PageAnswer answer) {
        watch = watch.asked(now).answered(answer, pages, now);
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
