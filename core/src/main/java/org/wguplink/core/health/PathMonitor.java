package org.wguplink.core.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Judges one path by its probes. Immutable: every event gives a new monitor and the probes to send.
 *
 * <pre>
 *   UNKNOWN ──reply──► UP ──answer overdue──► SUSPECT (burst) ──nothing──► DOWN
 *      │                ▲                        │ any reply                 │ replies in a row
 *      └─overdue─► burst└────────────────────────┴───────────────────────────┘
 * </pre>
 *
 * An answer is overdue when it is later than 1.25 of the path's own round-trip time plus a slack. In a burst two probes
 * leave at once and the rest one by one, over all targets, since a target may die while the path lives. However patient
 * the round-trip time makes it, a path that is silent for {@link ProbeSettings#longestSilence} is DOWN; but never without
 * a burst, because after a pause of this very process answers may be waiting to be read.
 */
public record PathMonitor(
        ProbeSettings settings,
        Verdict verdict,
        RttWindow rtts,
        List<Outstanding> outstanding,
        int sent,
        MonoTime nextProbe,
        Optional<Burst> burst,
        int repliesInARow) {

    /** An answer later than this says nothing of the round trip: the probe was parked in a queue on its way. */
    private static final Duration STALE = Duration.ofSeconds(1);

    /** The wait for an answer while the round-trip time is not known. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(400);

    /** A probe under way. */
    public record Outstanding(int sequence, MonoTime sentAt) {}

    /** A burst under way. */
    public record Burst(MonoTime lastSentAt, int sent) {}

    /** The new monitor and the sequence numbers of the probes to send now; a probe's target is sequence modulo targets. */
    public record Step(PathMonitor monitor, List<Integer> probes) {}

    public PathMonitor {
        outstanding = List.copyOf(outstanding);
    }

    /** A path about which nothing is known. Its first two probes leave with the first {@link #tick}. */
    public static PathMonitor start(ProbeSettings settings, MonoTime now) {
        return new PathMonitor(settings, Verdict.UNKNOWN, RttWindow.EMPTY, List.of(), 0, now, Optional.empty(), 0);
    }

    /** Probes at another pace from now on. */
    public PathMonitor with(ProbeSettings other, MonoTime now) {
        if (other.equals(settings)) return this;
        MonoTime next = now.plus(other.interval());
        return new PathMonitor(
                other,
                verdict,
                rtts,
                outstanding,
                sent,
                next.isBefore(nextProbe) ? next : nextProbe,
                burst,
                repliesInARow);
    }

    /** Lets time pass: sends what is due and judges what is overdue. */
    public Step tick(MonoTime now) {
        return switch (verdict) {
            case UNKNOWN, UP -> overdue(now) ? suspect(now) : probeWhenDue(now);
            case SUSPECT -> continueBurst(now);
            case DOWN -> probeWhenDue(now);
        };
    }

    /** Looks at the path at once, because something about it has changed: a carrier, an address, a route. */
    public Step hurry(MonoTime now) {
        return verdict == Verdict.SUSPECT
                ? tick(now)
                : new PathMonitor(settings, verdict, rtts, outstanding, sent, now, burst, repliesInARow).tick(now);
    }

    /** There is reason to think that the path is dead: a burst decides. */
    public Step doubt(MonoTime now) {
        return verdict == Verdict.UP ? suspect(now) : hurry(now);
    }

    /** An answer came. Answers to probes that we do not remember are ignored. */
    public PathMonitor replied(int sequence, MonoTime now) {
        int index = 0;
        while (index < outstanding.size() && outstanding.get(index).sequence != sequence) index++;
        if (index == outstanding.size()) return this;
        Duration rtt = now.since(outstanding.get(index).sentAt);
        if (rtt.compareTo(STALE) > 0) return forget(now);
        // the first answers of a process that has just started are late for its own reasons
        RttWindow window = verdict == Verdict.UNKNOWN ? rtts : rtts.with(rtt);
        // what was sent before this probe and is still out is lost, not overdue: the path lives
        List<Outstanding> left = outstanding.subList(index + 1, outstanding.size());
        if (verdict != Verdict.DOWN)
            return new PathMonitor(
                    settings, Verdict.UP, window, left, sent, now.plus(settings.interval()), Optional.empty(), 0);
        int row = repliesInARow + 1;
        boolean recovered = row >= settings.recoveryReplies();
        return new PathMonitor(
                settings,
                recovered ? Verdict.UP : Verdict.DOWN,
                window,
                left,
                sent,
                recovered ? now.plus(settings.interval()) : now.plus(settings.burstSpacing()),
                Optional.empty(),
                recovered ? 0 : row);
    }

    /** The path is known to be dead without asking: no carrier, no device. */
    public PathMonitor dead(MonoTime now) {
        return new PathMonitor(
                settings,
                Verdict.DOWN,
                RttWindow.EMPTY,
                List.of(),
                sent,
                now.plus(settings.interval()),
                Optional.empty(),
                0);
    }

    /** When {@link #tick} has something to do next. */
    public MonoTime nextWake() {
        MonoTime wake = nextProbe;
        if (verdict == Verdict.SUSPECT) {
            Burst b = burst.orElseThrow();
            MonoTime next =
                    b.lastSentAt.plus(b.sent < settings.burstProbes() ? settings.burstSpacing() : lastPatience());
            MonoTime end = silentTooLong();
            return end.isBefore(next) ? end : next;
        }
        if (verdict != Verdict.DOWN && !outstanding.isEmpty()) {
            MonoTime late = outstanding.getFirst().sentAt.plus(patience());
            if (late.isBefore(wake)) wake = late;
        }
        return wake;
    }

    /** How late an answer may be before it raises a suspicion. */
    public Duration patience() {
        return patience(settings.slack());
    }

    /** How late the last answer of a burst may be before the path is dead. */
    public Duration lastPatience() {
        return patience(settings.verdictSlack());
    }

    private Duration patience(Duration slack) {
        Duration patience =
                rtts.upper().map(rtt -> rtt.plus(rtt.dividedBy(4)).plus(slack)).orElse(FIRST_WAIT);
        return patience.compareTo(settings.longestSilence()) > 0 ? settings.longestSilence() : patience;
    }

    /** When the silence of a path that is suspected is over: then there is a probe without an answer. */
    private MonoTime silentTooLong() {
        return outstanding.getFirst().sentAt.plus(settings.longestSilence());
    }

    private boolean overdue(MonoTime now) {
        return !outstanding.isEmpty()
                && outstanding.getFirst().sentAt.plus(patience()).isDue(now);
    }

    private Step probeWhenDue(MonoTime now) {
        PathMonitor fresh = forget(now);
        return nextProbe.isDue(now)
                ? fresh.send(verdict == Verdict.UNKNOWN ? 2 : 1, now, verdict, burst)
                : new Step(fresh, List.of());
    }

    private Step suspect(MonoTime now) {
        return send(2, now, Verdict.SUSPECT, Optional.of(new Burst(now, 2)));
    }

    private Step continueBurst(MonoTime now) {
        Burst b = burst.orElseThrow();
        boolean tooLong = silentTooLong().isDue(now);
        if (!tooLong && b.sent < settings.burstProbes()) {
            if (!b.lastSentAt.plus(settings.burstSpacing()).isDue(now)) return new Step(this, List.of());
            return send(1, now, Verdict.SUSPECT, Optional.of(new Burst(now, b.sent + 1)));
        }
        if (!tooLong && !b.lastSentAt.plus(lastPatience()).isDue(now)) return new Step(this, List.of());
        // what is still out may come late, and is then the first sign of life
        return new Step(
                new PathMonitor(
                        settings,
                        Verdict.DOWN,
                        rtts,
                        outstanding,
                        sent,
                        now.plus(settings.interval()),
                        Optional.empty(),
                        0),
                List.of());
    }

    private Step send(int count, MonoTime now, Verdict next, Optional<Burst> nextBurst) {
        var probes = new ArrayList<Integer>(count);
        var out = new ArrayList<>(outstanding);
        for (int i = 0; i < count; i++) {
            int sequence = (sent + i) & 0xffff;
            probes.add(sequence);
            out.add(new Outstanding(sequence, now));
        }
        var monitor = new PathMonitor(
                settings,
                next,
                rtts,
                out,
                (sent + count) & 0xffff,
                now.plus(settings.interval()),
                nextBurst,
                // an unanswered probe breaks the row of a path that recovers
                next == Verdict.DOWN && overdue(now) ? 0 : repliesInARow);
        return new Step(monitor, probes);
    }

    /** Drops probes that no answer can help any more. */
    private PathMonitor forget(MonoTime now) {
        List<Outstanding> left = outstanding.stream()
                .filter(o -> verdict != Verdict.DOWN || !o.sentAt.plus(STALE).isDue(now))
                .toList();
        return left.size() == outstanding.size()
                ? this
                : new PathMonitor(settings, verdict, rtts, left, sent, nextProbe, burst, repliesInARow);
    }
}
