package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;

class PathMonitorTest {
    private static final ProbeSettings FAST = Detection.DEFAULT.inUse();
    private static final Rota ROTA =
            Rota.of(List.of(Addresses.parse("192.0.2.1"), Addresses.parse("192.0.2.2"), Addresses.parse("192.0.2.3")));

    private static final Rota ROTA6 = Rota.of(List.of(Addresses.parse("2001:db8::1"), Addresses.parse("2001:db8::2")));

    /** A line with a fixed round trip; {@code answers} tells which probes come back. */
    private static final class Line {
        record Flight(int sequence, MonoTime sentAt) {}

        Duration rtt;
        IntPredicate answers = s -> true;
        MonoTime now = new MonoTime(0);
        PathMonitor monitor = PathMonitor.start(FAST, ROTA, now);
        final List<Flight> inFlight = new ArrayList<>();
        final Map<Integer, Probe> asked = new HashMap<>();
        final List<Probe> log = new ArrayList<>();
        int sent;

        Probe asked(int sequence) {
            return Objects.requireNonNull(asked.get(sequence));
        }

        Line(Duration rtt) {
            this.rtt = rtt;
        }

        /** Runs in steps of a millisecond until the verdict, or the time is over; how long it took. */
        Duration runUntil(Verdict verdict, Duration longest) {
            MonoTime start = now;
            while (monitor.verdict() != verdict) {
                if (now.since(start).compareTo(longest) > 0)
                    throw new AssertionError("still %s after %s".formatted(monitor.verdict(), longest));
                run(Duration.ofMillis(1));
            }
            return now.since(start);
        }

        void run(Duration time) {
            MonoTime end = now.plus(time);
            while (now.isBefore(end)) {
                now = now.plus(Duration.ofMillis(1));
                for (var probe : List.copyOf(inFlight))
                    if (probe.sentAt().plus(rtt).isDue(now)) {
                        inFlight.remove(probe);
                        if (answers.test(probe.sequence())) monitor = monitor.replied(probe.sequence(), now);
                    }
                take(monitor.tick(now));
            }
        }

        void take(PathMonitor.Step step) {
            monitor = step.monitor();
            for (var ask : step.probes()) {
                asked.put(ask.sequence(), ask.probe());
                log.add(ask.probe());
                inFlight.add(new Flight(ask.sequence(), now));
                sent++;
            }
        }

        /** What is under way and what is sent meanwhile arrives when the stall is over. */
        void stall(Duration time) {
            MonoTime end = now.plus(time);
            while (now.isBefore(end)) {
                now = now.plus(Duration.ofMillis(1));
                take(monitor.tick(now));
            }
        }
    }

    private static Line living(Duration rtt) {
        var line = new Line(rtt);
        line.runUntil(Verdict.UP, Duration.ofSeconds(5));
        line.run(Duration.ofSeconds(20));
        return line;
    }

    @Test
    void theFirstAnswerMakesAPathUp() {
        assertThat(new Line(Duration.ofMillis(30)).runUntil(Verdict.UP, Duration.ofSeconds(1)))
                .isLessThan(Duration.ofMillis(40));
    }

    @Test
    void aPathThatNeverAnswersIsDownWithinASecond() {
        var line = new Line(Duration.ofMillis(30));
        line.answers = s -> false;
        assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(2))).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void silenceIsNoticedWithinAnIntervalAndABurst() {
        for (int rtt : new int[] {2, 20, 100}) {
            var line = living(Duration.ofMillis(rtt));
            line.answers = s -> false;
            Duration patience = line.monitor.patience();
            Duration last = line.monitor.lastPatience(line.now);
            Duration longest = FAST.interval()
                    .plus(patience)
                    .plus(FAST.burstSpacing().multipliedBy(3))
                    .plus(last);
            assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(3)))
                    .as("round trip %d ms", rtt)
                    .isLessThanOrEqualTo(longest.plusMillis(5));
        }
    }

    @Test
    void oneLostProbeIsASuspicionThatTheBurstClears() {
        var line = living(Duration.ofMillis(20));
        int lost = line.monitor.sent();
        line.answers = s -> s != lost;
        line.runUntil(Verdict.SUSPECT, Duration.ofSeconds(1));
        assertThat(line.runUntil(Verdict.UP, Duration.ofSeconds(1))).isLessThan(Duration.ofMillis(30));
    }

    @Test
    void aTargetThatDiesDoesNotMakeThePathDown() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> !line.asked(s).target().equals(Addresses.parse("192.0.2.2"));
        for (int i = 0; i < 30_000; i++) {
            line.run(Duration.ofMillis(1));
            assertThat(line.monitor.verdict()).isNotEqualTo(Verdict.DOWN);
        }
    }

    @Test
    void aDoubtAboutADeadPathIsCertainAfterARoundTripAndFortyMilliseconds() {
        for (int rtt : new int[] {1, 100, 300}) {
            var line = living(Duration.ofMillis(rtt));
            line.answers = s -> false;
            line.take(line.monitor.doubt(line.now));
            assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(1)).toMillis())
                    .as("round trip %d ms", rtt)
                    .isLessThanOrEqualTo(40 + rtt * 5 / 4);
        }
    }

    @Test
    void trafficThatComesBackEndsADoubt() {
        var line = living(Duration.ofMillis(100));
        line.answers = s -> false;
        line.take(line.monitor.doubt(line.now));
        line.monitor = line.monitor.alive(line.now);
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
        line.runUntil(Verdict.DOWN, Duration.ofSeconds(2));
        assertThat(line.monitor.alive(line.now).verdict()).isEqualTo(Verdict.DOWN);
    }

    @Test
    void aPathThatLosesAThirdIsKnownForItAndNotDown() {
        var random = new Random(7);
        var line = living(Duration.ofMillis(20));
        line.answers = s -> random.nextInt(100) >= 30;
        // by and by: the first losses meet a path that has never lost any
        line.run(Duration.ofMinutes(1));
        line.runUntil(Verdict.UP, Duration.ofSeconds(5));
        assertThat(line.monitor.learned().loss()).isBetween(0.1, 0.5);
        for (int minute = 0; minute < 10 * 60_000; minute++) {
            line.run(Duration.ofMillis(1));
            assertThat(line.monitor.verdict()).isNotEqualTo(Verdict.DOWN);
        }
    }

    @Test
    void whatAPathLosesIsKnownHoweverMuchItIs() {
        for (int percent : new int[] {10, 20, 30, 40, 50, 60}) {
            double sum = 0;
            int looks = 0;
            var random = new Random(percent);
            var line = living(Duration.ofMillis(20));
            line.answers = s -> random.nextInt(100) >= percent;
            line.run(Duration.ofMinutes(2));
            for (int i = 0; i < 200; i++) {
                line.run(Duration.ofSeconds(5));
                if (line.monitor.verdict() == Verdict.DOWN) continue;
                sum += line.monitor.learned().loss();
                looks++;
            }
            assertThat(100 * sum / looks).as("%d %%", percent).isBetween(0.7 * percent, 1.2 * percent);
        }
    }

    @Test
    void aPathWithStallsIsWaitedForOnceItHasHadOne() {
        var line = living(Duration.ofMillis(20));
        line.take(line.monitor.doubt(line.now));
        line.stall(Duration.ofMillis(300));
        line.run(Duration.ofSeconds(20));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
        for (int i = 0; i < 20; i++) {
            line.take(line.monitor.doubt(line.now));
            line.stall(Duration.ofMillis(300));
            assertThat(line.monitor.verdict()).as("stall %d", i).isNotEqualTo(Verdict.DOWN);
            line.run(Duration.ofSeconds(19));
        }
    }

    @Test
    void aSlowSatelliteIsNotDown() {
        var line = living(Duration.ofMillis(600));
        line.run(Duration.ofSeconds(30));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
    }

    /** {@code failover_timeout} on a path whose round trip makes the detector patient. */
    @Test
    void aPatientPathIsDownAfterTheLongestSilenceAndNotBefore() {
        for (int limitMs : new int[] {1000, 1500, 2000}) {
            var line = living(Duration.ofMillis(900));
            line.monitor = line.monitor.with(FAST.within(Duration.ofMillis(limitMs)), line.now);
            line.run(Duration.ofSeconds(5));
            assertThat(line.monitor.verdict()).as("alive with %d ms", limitMs).isEqualTo(Verdict.UP);
            int last = line.monitor.sent();
            line.answers = s -> s < last;
            while (line.monitor.underWay().probes().isEmpty()
                    || line.monitor.underWay().probes().getFirst().sequence() < last) line.run(Duration.ofMillis(1));
            MonoTime asked = line.monitor.underWay().probes().getFirst().sentAt();
            line.runUntil(Verdict.DOWN, Duration.ofSeconds(5));
            assertThat(line.now.since(asked).toMillis()).isBetween((long) limitMs, limitMs + 2L);
        }
    }

    @Test
    void theUsualLimitLeavesTheDecisionToTheBurst() {
        var line = living(Duration.ofMillis(900));
        line.answers = s -> false;
        assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(10))).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aPauseOfThisProcessIsNoSilenceOfThePath() {
        var line = living(Duration.ofMillis(20));
        line.monitor = line.monitor.with(FAST.within(Duration.ofSeconds(1)), line.now);
        while (line.monitor.underWay().probes().isEmpty()) line.run(Duration.ofMillis(1));
        // the answer came, and nobody read it
        MonoTime late = line.now.plus(Duration.ofSeconds(3));
        PathMonitor.Step woken = line.monitor.tick(late);
        assertThat(woken.monitor().verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(woken.probes()).hasSize(2);
        assertThat(woken.monitor()
                        .replied(woken.probes().getFirst().sequence(), late.plus(line.rtt))
                        .verdict())
                .isEqualTo(Verdict.UP);
    }

    /** {@code check_interval}: below the usual pace of an uplink that is kept ready it counts, above it does not. */
    @Test
    void anIntervalIsOnlyEverShortened() {
        ProbeSettings standby = ProbeSettings.STANDBY;
        assertThat(standby.atLeastEvery(Duration.ofSeconds(1)).interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(standby.atLeastEvery(Duration.ofSeconds(30))).isEqualTo(standby);
    }

    @Test
    void aDeadPathNeedsSeveralAnswersInARow() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> false;
        line.runUntil(Verdict.DOWN, Duration.ofSeconds(2));
        int first = line.monitor.sent();
        line.answers = s -> s == first;
        line.run(Duration.ofSeconds(5));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.DOWN);
        line.answers = s -> true;
        assertThat(line.runUntil(Verdict.UP, Duration.ofSeconds(2))).isGreaterThan(Duration.ofMillis(60));
    }

    @Test
    void aSlowPathThatWasDeadComesBackToo() {
        for (int rtt : new int[] {300, 600, 700, 900}) {
            var line = living(Duration.ofMillis(rtt));
            line.answers = s -> false;
            line.runUntil(Verdict.DOWN, Duration.ofSeconds(5));
            line.run(Duration.ofSeconds(10));
            line.answers = s -> true;
            assertThat(line.runUntil(Verdict.UP, Duration.ofSeconds(10)))
                    .as("round trip %d ms", rtt)
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void anAnswerThatIsASecondLateIsNoMeasure() {
        PathMonitor monitor = PathMonitor.start(FAST, ROTA, new MonoTime(0));
        PathMonitor.Step step = monitor.tick(new MonoTime(0));
        MonoTime late = new MonoTime(Duration.ofMillis(1500).toNanos());
        assertThat(step.monitor()
                        .replied(step.probes().getFirst().sequence(), late)
                        .rtts())
                .isEqualTo(RttWindow.EMPTY);
    }

    @Test
    void answersToUnknownProbesAreIgnored() {
        PathMonitor monitor = PathMonitor.start(FAST, ROTA, new MonoTime(0));
        assertThat(monitor.replied(4711, new MonoTime(1))).isEqualTo(monitor);
    }

    @Test
    void sequencesRunOverTheEndOfSixteenBits() {
        var line = new Line(Duration.ofMillis(5));
        PathMonitor m = line.monitor;
        line.monitor = new PathMonitor(
                FAST, m.verdict(), m.learned(), m.underWay(), 0xffff - 3, m.nextProbe(), m.burst(), m.repliesInARow());
        line.run(Duration.ofSeconds(10));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
        assertThat(line.monitor.sent()).isBetween(5, 50);
        assertThat(line.monitor.underWay().probes()).hasSizeLessThan(4);
    }

    @Test
    void theNextWakeIsNeverLate() {
        var line = living(Duration.ofMillis(20));
        PathMonitor before = line.monitor;
        MonoTime wake = before.nextWake();
        assertThat(before.tick(new MonoTime(wake.nanos() - 1)).monitor()).isEqualTo(before);
        assertThat(before.tick(wake)).isNotEqualTo(new PathMonitor.Step(before, List.of()));
    }

    /** A filter lets no echo through: DNS and TCP are asked then, half as often, since they cost more. */
    @Test
    void aPathWithoutEchoesIsJudgedByTheRest() {
        var line = new Line(Duration.ofMillis(20));
        line.answers = s -> line.asked(s).method() != Probe.Method.ICMP;
        line.runUntil(Verdict.UP, Duration.ofSeconds(2));
        line.run(Duration.ofSeconds(60));
        int before = line.sent;
        int suspicions = 0;
        for (int ms = 0; ms < 600_000; ms++) {
            Verdict was = line.monitor.verdict();
            line.run(Duration.ofMillis(1));
            if (was == Verdict.UP && line.monitor.verdict() == Verdict.SUSPECT) suspicions++;
            assertThat(line.monitor.verdict()).isNotEqualTo(Verdict.DOWN);
        }
        assertThat(suspicions).isZero();
        assertThat(line.monitor.learned().loss()).isLessThan(0.01);
        assertThat(line.sent - before).isLessThan(400);
        line.answers = s -> false;
        line.take(line.monitor.doubt(line.now));
        assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(1))).isLessThan(Duration.ofMillis(70));
    }

    /** That echoes are filtered from now on is no loss. */
    @Test
    void aFilterThatComesLaterIsNoLoss() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> line.asked(s).method() != Probe.Method.ICMP;
        for (int s = 0; s < 120; s++) {
            line.run(Duration.ofSeconds(1));
            assertThat(line.monitor.learned().loss()).isLessThan(0.12);
        }
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
    }

    /** Many routers answer one echo a second and drop the rest. */
    @Test
    void aLimitOnEchoesIsNoDeath() {
        var line = living(Duration.ofMillis(20));
        var last = new MonoTime[] {new MonoTime(-5_000_000_000L)};
        line.answers = s -> {
            if (line.asked(s).method() != Probe.Method.ICMP) return true;
            if (line.now.since(last[0]).compareTo(Duration.ofMillis(990)) < 0) return false;
            last[0] = line.now;
            return true;
        };
        for (int i = 0; i < 300; i++) {
            line.take(line.monitor.doubt(line.now));
            for (int ms = 0; ms < 1000; ms++) {
                line.run(Duration.ofMillis(1));
                assertThat(line.monitor.verdict()).isNotEqualTo(Verdict.DOWN);
            }
        }
        line.answers = s -> false;
        line.runUntil(Verdict.DOWN, Duration.ofSeconds(3));
        line.answers = s -> line.asked(s).method() != Probe.Method.ICMP;
        line.runUntil(Verdict.UP, Duration.ofSeconds(30));
    }

    @Test
    void aTargetThatDiesIsSetAsideAndTriedNowAndThen() {
        var line = living(Duration.ofMillis(20));
        var dead = Addresses.parse("192.0.2.2");
        line.answers = s -> !line.asked(s).target().equals(dead);
        line.run(Duration.ofMinutes(2));
        line.log.clear();
        int suspicions = 0;
        for (int ms = 0; ms < 600_000; ms++) {
            Verdict was = line.monitor.verdict();
            line.run(Duration.ofMillis(1));
            if (was == Verdict.UP && line.monitor.verdict() == Verdict.SUSPECT) suspicions++;
        }
        assertThat(suspicions).isZero();
        long toDead = line.log.stream().filter(p -> p.target().equals(dead)).count();
        assertThat(toDead).isBetween(5L, 60L);
        line.answers = s -> true;
        line.run(Duration.ofMinutes(2));
        assertThat(line.monitor.learned().rota().entries()).allMatch(Rota.Entry::answers);
    }

    @Test
    void probesOfAQuietPathStayBelowTenMegabytesADay() {
        var line = living(Duration.ofMillis(20));
        for (boolean echoes : new boolean[] {true, false}) {
            line.answers = s -> echoes || line.asked(s).method() != Probe.Method.ICMP;
            line.run(Duration.ofMinutes(2));
            line.log.clear();
            line.run(Duration.ofMinutes(10));
            double bytes = line.log.stream().mapToInt(PathMonitorTest::bytes).sum();
            assertThat(bytes * 144 / 1e6).isLessThan(10);
        }
    }

    @Test
    void probesOfBothFamiliesOfAQuietPathDoTogether() {
        for (boolean echoes : new boolean[] {true, false}) {
            double bytes = 0;
            for (Rota rota : List.of(ROTA, ROTA6)) {
                var line = new Line(Duration.ofMillis(20));
                line.monitor = PathMonitor.start(FAST.shared(2), rota, line.now);
                line.answers = s -> echoes || line.asked(s).method() != Probe.Method.ICMP;
                line.run(Duration.ofMinutes(4));
                assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
                line.log.clear();
                line.run(Duration.ofMinutes(10));
                bytes += line.log.stream().mapToInt(PathMonitorTest::bytes).sum();
            }
            assertThat(bytes * 144 / 1e6).isLessThan(10);
        }
    }

    /** Found while echoes are answered: at first by what is tried now and then, after that at once. */
    @Test
    void nameServersThatFallSilentAreNoticedWithinAMinute() {
        var line = living(Duration.ofMillis(20));
        line.run(Duration.ofMinutes(2));
        line.answers = s -> line.asked(s).method() != Probe.Method.DNS;
        line.run(Duration.ofSeconds(30));
        assertThat(line.monitor.learned().rota().isSilent(Probe.Method.DNS)).isTrue();
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
        line.answers = s -> true;
        line.run(Duration.ofMinutes(1));
        assertThat(line.monitor.learned().rota().isSilent(Probe.Method.DNS)).isFalse();
    }

    /** The sooner a profile is, the sooner a doubt is certain; none is sooner than the path's own round trip. */
    @Test
    void theProfilesDifferInWhatTheyWaitFor() {
        long before = 0;
        for (Detection detection : Detection.values()) {
            var line = new Line(Duration.ofMillis(20));
            line.monitor = PathMonitor.start(detection.inUse(), ROTA, line.now);
            line.runUntil(Verdict.UP, Duration.ofSeconds(5));
            line.run(Duration.ofSeconds(20));
            line.answers = s -> false;
            line.take(line.monitor.doubt(line.now));
            long took = line.runUntil(Verdict.DOWN, Duration.ofSeconds(1)).toMillis();
            assertThat(took).as(detection.toString()).isGreaterThan(before).isGreaterThan(25);
            before = took;
        }
        assertThat(before).isLessThan(180);
    }

    /** The way has to be found first, and the process is only beginning. */
    @Test
    void answersThatAreLateAtTheStartMakeNobodyPatient() {
        var line = new Line(Duration.ofMillis(100));
        line.stall(Duration.ofMillis(480));
        line.runUntil(Verdict.UP, Duration.ofSeconds(1));
        line.run(Duration.ofSeconds(3));
        assertThat(line.monitor.roundTrip()).isEqualTo(Duration.ofMillis(100));
        line.answers = s -> false;
        line.take(line.monitor.doubt(line.now));
        assertThat(line.runUntil(Verdict.DOWN, Duration.ofSeconds(1))).isLessThan(Duration.ofMillis(180));
    }

    @Test
    void theRoundTripOfANewPathRestsOnSeveralAnswersWithinTwoSeconds() {
        var line = new Line(Duration.ofMillis(20));
        line.runUntil(Verdict.UP, Duration.ofSeconds(1));
        line.run(Duration.ofSeconds(2));
        assertThat(line.monitor.rtts().samples()).hasSizeGreaterThanOrEqualTo(5);
        int before = line.sent;
        line.run(Duration.ofSeconds(10));
        assertThat(line.sent - before)
                .as("and then it is asked as seldom as any")
                .isLessThan(25);
    }

    @Test
    void aPathThatLivesByItsTrafficAloneIsNotSuspectedAllTheTime() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> false;
        int before = line.sent;
        int suspicions = 0;
        for (int i = 0; i < 900; i++) {
            if (busy(line) == Verdict.SUSPECT) suspicions++;
        }
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.UP);
        assertThat(suspicions).isLessThan(15);
        assertThat(line.sent - before).isLessThan(60);
    }

    /** A host that speaks with a server of the provider's own says nothing of what is behind it. */
    @Test
    void trafficAloneIsNoSignOfLifeForever() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> false;
        MonoTime from = line.now;
        while (busy(line) != Verdict.DOWN) assertThat(line.now.since(from)).isLessThan(Duration.ofSeconds(13));
        assertThat(line.now.since(from)).isGreaterThan(FAST.longestSilence());
        line.answers = s -> true;
        line.runUntil(Verdict.UP, Duration.ofSeconds(3));
    }

    /** A second of buffer, filled by an upload: each answer is too late to tell anything, but it comes. */
    @Test
    void answersThatAreTooLateAreASignOfLifeWhereThereIsTraffic() {
        var line = living(Duration.ofMillis(20));
        line.rtt = Duration.ofMillis(1500);
        for (int i = 0; i < 6000; i++) assertThat(busy(line)).isNotEqualTo(Verdict.DOWN);
    }

    /** Patience may be longer than a second, too. */
    @Test
    void aBurstThatIsAnsweredTooLateGoesOn() {
        var line = new Line(Duration.ofMillis(800));
        line.monitor = PathMonitor.start(ProbeSettings.STANDBY, ROTA, line.now);
        line.runUntil(Verdict.UP, Duration.ofSeconds(5));
        line.run(Duration.ofSeconds(40));
        line.rtt = Duration.ofMillis(1050);
        line.take(line.monitor.doubt(line.now));
        line.run(Duration.ofSeconds(20));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.DOWN);
    }

    /** Ten milliseconds of traffic that is answered; what the path was before the answer. */
    private static Verdict busy(Line line) {
        line.run(Duration.ofMillis(10));
        Verdict before = line.monitor.verdict();
        line.monitor = line.monitor.alive(line.now);
        return before;
    }

    @Test
    void aSuspicionOutlivesAChangeOfTargets() {
        var line = living(Duration.ofMillis(20));
        line.answers = s -> false;
        line.take(line.monitor.doubt(line.now));
        line.run(Duration.ofMillis(5));
        int before = line.sent;
        line.take(line.monitor.asking(Rota.of(List.of(Addresses.parse("192.0.2.9"))), line.now));
        assertThat(line.monitor.verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(line.log.subList(before, line.sent))
                .hasSize(2)
                .allMatch(probe -> probe.target().equals(Addresses.parse("192.0.2.9")));
        line.runUntil(Verdict.DOWN, Duration.ofMillis(200));
    }

    /** Both ways, from the IP header on: RFC 792; a name error with the root's SOA; SYN, SYN and ACK, ACK, RST. */
    private static int bytes(Probe probe) {
        int header = Family.of(probe.target()) == Family.IPV4 ? 20 : 40;
        return switch (probe.method()) {
            case ICMP -> 2 * (header + 8 + 8);
            case DNS -> 2 * (header + 8) + 26 + 101;
            case TCP -> 4 * header + 40 + 40 + 32 + 20;
        };
    }
}
