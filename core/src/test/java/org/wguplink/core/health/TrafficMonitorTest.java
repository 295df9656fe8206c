package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wguplink.core.health.TrafficMonitor.Finding;
import org.wguplink.core.time.MonoTime;

class TrafficMonitorTest {
    private static final Duration LEAST = Detection.DEFAULT.inUse().leastSilence();
    private static final Duration RTT = Duration.ofMillis(20);

    /** A path looked at every 10 ms, on which something is sent every {@code period} milliseconds. */
    private static final class Traffic {
        int period = 2;
        Duration roundTrip = RTT;
        boolean answers = true;
        MonoTime now = new MonoTime(0);
        TrafficMonitor monitor = TrafficMonitor.start(7, 5, now);
        private final List<MonoTime> due = new ArrayList<>();
        private long sent = 7;
        private long answered = 5;

        /** The suspicions of so much time, in milliseconds after its beginning. */
        List<Long> run(Duration time) {
            MonoTime start = now;
            MonoTime end = now.plus(time);
            List<Long> suspicions = new ArrayList<>();
            while (now.isBefore(end)) {
                now = now.plus(Duration.ofMillis(1));
                long millis = now.nanos() / 1_000_000;
                if (period > 0 && millis % period == 0) {
                    sent++;
                    if (answers) due.add(now.plus(roundTrip));
                }
                while (!due.isEmpty() && due.getFirst().isDue(now)) {
                    due.removeFirst();
                    answered++;
                }
                if (millis % 10 == 0 && look() == Finding.SUSPICIOUS)
                    suspicions.add(now.since(start).toMillis());
            }
            return suspicions;
        }

        Finding look() {
            TrafficMonitor.Look look = monitor.look(sent, answered, roundTrip, LEAST, now);
            monitor = look.monitor();
            return look.finding();
        }
    }

    @Test
    void aBusyPathIsNeverSuspicious() {
        for (int period : new int[] {1, 2, 50, 400, 3000}) {
            var traffic = new Traffic();
            traffic.period = period;
            assertThat(traffic.run(Duration.ofMinutes(1)))
                    .as("every %d ms", period)
                    .isEmpty();
        }
    }

    @Test
    void aStreamThatStopsComingBackIsSuspiciousAfterTwentyFiveMillisecondsAndALook() {
        for (int rtt : new int[] {1, 20, 300}) {
            var traffic = new Traffic();
            traffic.roundTrip = Duration.ofMillis(rtt);
            traffic.run(Duration.ofSeconds(5));
            traffic.answers = false;
            traffic.due.clear();
            assertThat(traffic.run(Duration.ofSeconds(1)).getFirst())
                    .as("round trip %d ms", rtt)
                    .isLessThanOrEqualTo(40);
        }
    }

    /** The rate says nothing of one packet a second; the round trip does. */
    @Test
    void aLonelyPacketIsGivenItsRoundTrip() {
        var traffic = new Traffic();
        traffic.period = 1000;
        traffic.roundTrip = Duration.ofMillis(300);
        traffic.run(Duration.ofSeconds(10));
        traffic.answers = false;
        assertThat(traffic.run(Duration.ofSeconds(2)).getFirst()).isBetween(1365L, 1390L);
    }

    @Test
    void whoSendsNothingIsNotSuspicious() {
        var traffic = new Traffic();
        traffic.run(Duration.ofSeconds(5));
        traffic.period = 0;
        assertThat(traffic.run(Duration.ofMinutes(1))).isEmpty();
        assertThat(traffic.monitor.sentWithin(Duration.ofSeconds(30), traffic.now))
                .isFalse();
    }

    @Test
    void trafficThatGoesOneWayForGoodIsAskedAboutEverMoreSeldom() {
        var traffic = new Traffic();
        traffic.answers = false;
        assertThat(traffic.run(Duration.ofSeconds(1)).size()).isBetween(3, 6);
        traffic.run(Duration.ofMinutes(1));
        assertThat(traffic.run(Duration.ofMinutes(1)).size()).isBetween(29, 31);
        // something comes back: from now on it is a path like any other
        traffic.answers = true;
        traffic.run(Duration.ofSeconds(5));
        traffic.answers = false;
        traffic.due.clear();
        assertThat(traffic.run(Duration.ofSeconds(1))).isNotEmpty();
    }

    @Test
    void countersThatBeginAnewSayNothing() {
        var traffic = new Traffic();
        traffic.run(Duration.ofSeconds(5));
        TrafficMonitor.Look look = traffic.monitor.look(0, 0, RTT, LEAST, traffic.now);
        assertThat(look.finding()).isEqualTo(Finding.NOTHING_NEW);
        assertThat(look.monitor().unansweredSince()).isEqualTo(Optional.empty());
        assertThat(look.monitor().look(3, 3, RTT, LEAST, traffic.now).finding()).isEqualTo(Finding.ALIVE);
    }
}
