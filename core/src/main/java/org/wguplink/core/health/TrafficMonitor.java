package org.wguplink.core.health;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Finds out from counters whether what one path sends stays without answers: the traffic is the probe. It never judges; it
 * raises suspicions, which a burst of probes decides ({@link PathMonitor#doubt}). Immutable.
 *
 * <p>Something sent is overdue when nothing has come back for so long as eight answers of the present rate take, or 1.25
 * round trips where that is less, but never less than {@link ProbeSettings#leastSilence}. Traffic that goes one way for good is
 * suspicious all the time: suspicions that came to nothing are raised ever more seldom until something comes back, and a
 * budget bounds them in the long run.
 *
 * @param sent packets of flows that the path has sent, as read last
 * @param answered packets that came back to flows
 * @param lookedAt when that was
 * @param sentAt the look that found the last packet sent; empty before
 * @param unansweredSince when something may have been sent after which nothing has come back; empty without
 * @param rate of answers
 * @param calmUntil no suspicion is raised before
 * @param calm how long the next pause of suspicion will be
 * @param budget of suspicions
 */
public record TrafficMonitor(
        long sent,
        long answered,
        MonoTime lookedAt,
        Optional<MonoTime> sentAt,
        Optional<MonoTime> unansweredSince,
        Rate rate,
        MonoTime calmUntil,
        Duration calm,
        Budget budget) {
    /** How far apart looks are while somebody sends. */
    public static final Duration LOOKS = Duration.ofMillis(10);

    private static final int MISSING_ANSWERS = 8;
    private static final Duration FIRST_CALM = Duration.ofMillis(100);
    private static final Duration LONGEST_CALM = Duration.ofMillis(500);

    /** What a look found. */
    public enum Finding {
        NOTHING_NEW,
        /** Something came back: the path lives. */
        ALIVE,
        /** What was sent stays without an answer for too long. */
        SUSPICIOUS
    }

    public record Look(TrafficMonitor monitor, Finding finding) {}

    /** Answers a second, over a window of a second at least. */
    record Rate(MonoTime from, long answered, double perSecond) {
        private static final Duration WINDOW = Duration.ofSeconds(1);

        Rate at(long now, MonoTime at) {
            Duration past = at.since(from);
            if (past.compareTo(WINDOW) < 0) return this;
            return new Rate(at, now, (now - answered) * 1e9 / past.toNanos());
        }
    }

    /** Some at once, and one every two seconds in the long run: 30 s of one-way traffic are looked after as any other. */
    record Budget(double left, MonoTime at) {
        private static final double MOST = 30;
        private static final double PER_SECOND = 0.5;

        Budget refilled(MonoTime now) {
            return new Budget(Math.min(MOST, left + now.since(at).toNanos() / 1e9 * PER_SECOND), now);
        }

        Budget spent() {
            return new Budget(left - 1, at);
        }
    }

    /** What was counted until now says nothing. */
    public static TrafficMonitor start(long sent, long answered, MonoTime now) {
        return new TrafficMonitor(
                sent,
                answered,
                now,
                Optional.empty(),
                Optional.empty(),
                new Rate(now, answered, 0),
                now,
                FIRST_CALM,
                new Budget(Budget.MOST, now));
    }

    /**
     * Takes in what the counters say.
     *
     * @param roundTrip to reckon with on this path
     * @param leastSilence shorter than this it says nothing, however fast the answers came: several hosts may pause together
     */
    public Look look(long nowSent, long nowAnswered, Duration roundTrip, Duration leastSilence, MonoTime now) {
        // the counters began anew
        if (nowSent < sent || nowAnswered < answered)
            return new Look(
                    new TrafficMonitor(
                            nowSent,
                            nowAnswered,
                            now,
                            sentAt,
                            Optional.empty(),
                            new Rate(now, nowAnswered, rate.perSecond),
                            calmUntil,
                            calm,
                            budget),
                    Finding.NOTHING_NEW);
        if (nowAnswered > answered) return new Look(alive(nowSent, nowAnswered, now), Finding.ALIVE);
        if (nowSent == sent && unansweredSince.isEmpty()) return new Look(lookedAt(now), Finding.NOTHING_NEW);
        TrafficMonitor next = silent(nowSent, now);
        return next.isOverdue(roundTrip, leastSilence, now) ? next.raise(now) : new Look(next, Finding.NOTHING_NEW);
    }

    /** Whether somebody has sent something in so much time. */
    public boolean sentWithin(Duration time, MonoTime now) {
        return sentAt.filter(at -> now.since(at).compareTo(time) < 0).isPresent();
    }

    /** When what was sent is overdue, if nothing comes back meanwhile; empty while nothing waits for an answer. */
    public Optional<MonoTime> overdueAt(Duration roundTrip, Duration leastSilence) {
        return unansweredSince.map(since -> since.plus(patience(roundTrip, leastSilence)));
    }

    private TrafficMonitor alive(long nowSent, long nowAnswered, MonoTime now) {
        return new TrafficMonitor(
                nowSent,
                nowAnswered,
                now,
                nowSent > sent ? Optional.of(now) : sentAt,
                // what was sent between two looks may have been sent after the answer: the next look will tell
                Optional.empty(),
                rate.at(nowAnswered, now),
                now,
                FIRST_CALM,
                budget);
    }

    private TrafficMonitor silent(long nowSent, MonoTime now) {
        Optional<MonoTime> at = nowSent > sent ? Optional.of(now) : sentAt;
        // sent after the look before this one, and perhaps at once
        Optional<MonoTime> since = unansweredSince.or(() -> Optional.of(later(lookedAt, now.plus(LOOKS.negated()))));
        return new TrafficMonitor(nowSent, answered, now, at, since, rate, calmUntil, calm, budget.refilled(now));
    }

    private TrafficMonitor lookedAt(MonoTime now) {
        return new TrafficMonitor(sent, answered, now, sentAt, unansweredSince, rate, calmUntil, calm, budget);
    }

    private static MonoTime later(MonoTime a, MonoTime b) {
        return a.isBefore(b) ? b : a;
    }

    private boolean isOverdue(Duration roundTrip, Duration leastSilence, MonoTime now) {
        return calmUntil.isDue(now)
                && budget.left >= 1
                && overdueAt(roundTrip, leastSilence)
                        .filter(at -> at.isDue(now))
                        .isPresent();
    }

    private Duration patience(Duration roundTrip, Duration leastSilence) {
        Duration patience = RttWindow.patience(roundTrip);
        if (rate.perSecond > 0) {
            Duration missing = Duration.ofNanos((long) (MISSING_ANSWERS / rate.perSecond * 1e9));
            if (missing.compareTo(patience) < 0) patience = missing;
        }
        return patience.compareTo(leastSilence) < 0 ? leastSilence : patience;
    }

    private Look raise(MonoTime now) {
        Duration longer = calm.multipliedBy(2);
        return new Look(
                new TrafficMonitor(
                        sent,
                        answered,
                        now,
                        sentAt,
                        unansweredSince,
                        rate,
                        now.plus(calm),
                        longer.compareTo(LONGEST_CALM) < 0 ? longer : LONGEST_CALM,
                        budget.spent()),
                Finding.SUSPICIOUS);
    }
}
