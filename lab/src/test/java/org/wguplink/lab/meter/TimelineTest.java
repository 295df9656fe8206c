package org.wguplink.lab.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;

class TimelineTest {
    private static final int RTT_MS = 1;

    @Test
    void anOutageReachesFromTheLastReplyBeforeToTheFirstAfter() {
        Timeline timeline = sent("33333....11111", 135);
        assertThat(timeline.outage(at(45))).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void theLongestOfSeveralGapsCounts() {
        Timeline timeline = sent("33..3.....3.3", 131);
        assertThat(timeline.outage(at(0))).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void gapsBeforeTheCutDoNotCount() {
        Timeline timeline = sent("3......333..1", 122);
        assertThat(timeline.outage(at(85))).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void allSilencesThatAreNoticedAddUpToTheDowntime() {
        Timeline timeline = sent("33..3.....3.......3", 182);
        assertThat(timeline.downtime(at(0))).isEqualTo(Duration.ofMillis(140));
        assertThat(timeline.downtime(at(105))).isEqualTo(Duration.ofMillis(80));
    }

    @Test
    void theSwitchIsTheFirstReplyByAnotherExit() {
        Timeline timeline = sent("1333..2", 100);
        assertThat(timeline.firstReplyNotBy(3, at(10))).contains(at(61));
        assertThat(timeline.firstReplyNotBy(3, at(70))).isEmpty();
    }

    @Test
    void anOutageThatIsNotOverCountsUpToNow() {
        assertThat(sent("33........", 500).outage(at(15))).isEqualTo(Duration.ofMillis(489));
        assertThat(sent("..........", 500).outage(at(15))).isEqualTo(Duration.ofMillis(485));
    }

    @Test
    void aProbeThatMayStillComeBackIsNotLost() {
        assertThat(sent("3.3.3", 45).lost(at(0), at(1000))).isZero();
        assertThat(sent("3.3.3", 45 + 300).lost(at(0), at(1000))).isEqualTo(2);
        assertThat(sent("3.3.3", 2000).lost(at(20), at(30))).isZero();
    }

    @Test
    void whatWasAnsweredIsAPartOfWhatWasSentInThatTime() {
        assertThat(sent("..3.33..", 2000).answered(at(20), at(60))).hasValue(0.75);
        assertThat(sent("..3.33..", 2000).answered(at(200), at(300))).isEmpty();
        assertThat(sent("33..", 100).answered(at(0), at(1000)))
                .as("the last two may still come")
                .hasValue(1);
    }

    @Test
    void everyChangeOfTheExitIsNamedOnce() {
        assertThat(sent("33.311.12", 2000).exits(at(10)))
                .extracting(Timeline.Exit::exit)
                .containsExactly(3, 1, 2);
    }

    @Test
    void steadyMeansNoLossAndNoOtherExitSince() {
        assertThat(sent("3311.111", 2000).steadySince(1)).contains(at(50));
        assertThat(sent("331113", 2000).steadySince(1)).isEmpty();
        assertThat(sent("3311..", 60).steadySince(1))
                .as("the last two may still come")
                .contains(at(20));
        assertThat(sent("3311..", 2000).steadySince(1)).isEmpty();
    }

    /** A probe every 10 ms; a digit is the exit it came back by, a dot a loss. */
    private static Timeline sent(String fates, long nowMs) {
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < fates.length(); i++) {
            int exit = Character.digit(fates.charAt(i), 10);
            MonoTime sent = at(i * 10L);
            MonoTime reply = sent.plus(Duration.ofMillis(RTT_MS));
            probes.add(new Probe(sent, exit < 0 ? Optional.empty() : Optional.of(new Probe.Reply(reply, exit))));
        }
        return new Timeline(probes, at(nowMs));
    }

    private static MonoTime at(long ms) {
        return new MonoTime(ms * 1_000_000);
    }
}
