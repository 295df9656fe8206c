package org.wguplink.core.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.health.UnderWay.Outstanding;
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
 * An answer is overdue when it is later than 1.25 of the path's own round-trip time plus a slack; traffic without answers
 * raises a suspicion sooner ({@link TrafficMonitor}). In a burst two probes leave at once and the rest one by one, over all
 * targets, since a target may die while the path lives; a path that loses probes gets more of them, and one whose answers
 * came late of late is waited for as long. However patient all this makes it, a path that is silent for {@link
 * ProbeSettings#longestSilence} is DOWN; but never without a burst, because after a pause of this very process answers may
 * be waiting to be read. For so long traffic that is answered keeps a path UP whose probes are not; then it is no sign of life
 * any more, for it may end within the provider's own network.
 */
public record PathMonitor(
        ProbeSettings settings,
        Verdict verdict,
        Learned learned,
        UnderWay underWay,
        int sent,
        MonoTime nextProbe,
        Optional<Burst> burst,
        int repliesInARow) {

    /** An answer later than this says nothing of the round trip: the probe was parked in a queue on its way. */
    private static final Duration STALE = Duration.ofSeconds(1);

    /** An answer later than this is not told from others. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(5);

    /** The wait for an answer while the round-trip time is not known. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(400);

    /** The first probes follow each other faster, so that a round trip is known that does not rest on one answer. */
    private static final int FIRST_PROBES = 10;

    private static final Duration FIRST_INTERVAL = Duration.ofMillis(200);

    /**
     * A probe to send now.
     *
     * @param sequence 0 to 65535, by which its answer is told
     */
    public record Ask(int sequence, Probe probe) {}

    /** The new monitor and the probes to send now. */
    public record Step(PathMonitor monitor, List<Ask> probes) {}

    /** A path about which nothing is known. Its first two probes leave with the first {@link #tick}. */
    public static PathMonitor start(ProbeSettings settings, Rota rota, MonoTime now) {
        return new PathMonitor(
                settings, Verdict.UNKNOWN, Learned.nothing(rota), UnderWay.NOTHING, 0, now, Optional.empty(), 0);
    }

    /** The round-trip times seen lately. */
    public RttWindow rtts() {
        return learned.rtts();
    }

    /** What the path is like after this, where it lives. */
    public Quality quality(Quality before) {
        if (settings.limits().isEmpty() || verdict == Verdict.DOWN) return Quality.GOOD;
        return verdict == Verdict.UP ? before.next(learned, settings.limits().get()) : before;
    }

    /** The round trip to reckon with, also before one is known. */
    public Duration roundTrip() {
        return rtts().upper().orElse(FIRST_WAIT);
    }

    /** Asks others from now on, at once; what is under way to those of before is forgotten, and a suspicion begins anew. */
    public Step asking(Rota rota, MonoTime now) {
        var next = new PathMonitor(
                settings, verdict, learned.with(rota), underWay.asking(), sent, now, Optional.empty(), 0);
        return verdict == Verdict.SUSPECT ? next.suspect(now) : next.tick(now);
    }

    /** Whether a suspicion has outlasted the first two probes of its burst: it is no mere pause. */
    public boolean lingers() {
        return burst.filter(Burst::lingers).isPresent();
    }

    /** Whether an answer to a probe may still come. */
    public boolean awaits(int sequence) {
        return underWay.of(sequence).isPresent();
    }

    /** Probes at another pace from now on. */
    public PathMonitor with(ProbeSettings other, MonoTime now) {
        if (other.equals(settings)) return this;
        MonoTime next = now.plus(other.interval());
        return new PathMonitor(
                other,
                verdict,
                learned,
                underWay,
                sent,
                next.isBefore(nextProbe) ? next : nextProbe,
                burst,
                repliesInARow);
    }

    /** Lets time pass: sends what is due and judges what is overdue. Answers that came before must have been taken in. */
    public Step tick(MonoTime now) {
        return switch (verdict) {
            case UNKNOWN, UP -> overdue(now) ? suspect(now) : probeWhenDue(now);
            case SUSPECT -> continueBurst(now);
            case DOWN -> probeWhenDue(now);
        };
    }

    /** Looks at the path at once, because something about it has changed: a carrier, an address, a route. */
    public Step hurry(MonoTime now) {
        return verdict == Verdict.SUSPECT ? tick(now) : probing(now).tick(now);
    }

    /** There is reason to think that the path is dead: a burst decides. */
    public Step doubt(MonoTime now) {
        return verdict == Verdict.UP ? suspect(now) : hurry(now);
    }

    /** Something came back that was no probe's answer. A path that is DOWN must answer probes. */
    public PathMonitor alive(MonoTime now) {
        if (verdict != Verdict.SUSPECT || underWay.silentFor(longestTraffic(), now)) return this;
        // what is out is lost, and no reason to suspect it again at once
        return up(learned, underWay.alive(now), now.plus(interval()));
    }

    /** An answer came then, which may have been a while ago. Answers to probes that we do not remember are ignored. */
    public PathMonitor replied(int sequence, MonoTime now) {
        Optional<Outstanding> found = underWay.of(sequence);
        if (found.isEmpty()) return this;
        Outstanding probe = found.get();
        MonoTime sentAt = probe.sentAt();
        Duration rtt = now.isBefore(sentAt) ? Duration.ZERO : now.since(sentAt);
        if (rtt.compareTo(STALE) > 0) return with(underWay.answeredLate(now)).forget(now);
        if (verdict != Verdict.DOWN && underWay.answeredUpTo().isEmpty()) return begun(probe, now);
        boolean late = learned.patience(settings.verdictSlack())
                .filter(patience -> rtt.compareTo(patience) > 0)
                .isPresent();
        PathMonitor next = new PathMonitor(
                settings,
                verdict,
                learned.answered(probe.entry(), probe.urgent(), rtt, late, now),
                underWay.answered(probe, now),
                sent,
                nextProbe,
                burst,
                repliesInARow + 1);
        if (verdict != Verdict.DOWN)
            return next.judged(Verdict.UP, now.plus(sent < FIRST_PROBES ? FIRST_INTERVAL : interval()));
        return next.repliesInARow >= settings.recoveryReplies()
                ? next.recovered(now)
                : next.probing(now.plus(settings.burstSpacing()));
    }

    /** The path is known to be dead without asking: no carrier, no device. */
    public PathMonitor dead(MonoTime now) {
        return new PathMonitor(
                settings,
                Verdict.DOWN,
                Learned.nothing(learned.rota()),
                UnderWay.NOTHING,
                sent,
                now.plus(interval()),
                Optional.empty(),
                0);
    }

    /** When {@link #tick} has something to do next. */
    public MonoTime nextWake() {
        if (burst.isPresent()) {
            MonoTime next = burst.get().wake();
            MonoTime end = silentTooLong();
            return end.isBefore(next) ? end : next;
        }
        if (verdict == Verdict.DOWN) return nextProbe;
        return oldestOverdue()
                .map(o -> o.sentAt().plus(patience()))
                .filter(late -> late.isBefore(nextProbe))
                .orElse(nextProbe);
    }

    /** How late an answer may be before it raises a suspicion. */
    public Duration patience() {
        return limited(learned.patience(settings.slack()));
    }

    /** How late the last answer of a burst that begins now may be before the path is dead. */
    public Duration lastPatience(MonoTime now) {
        return limited(learned.lastPatience(settings.verdictSlack(), now));
    }

    private Duration limited(Optional<Duration> patience) {
        return patience.filter(p -> p.compareTo(settings.longestSilence()) < 0)
                .orElse(patience.isEmpty() ? FIRST_WAIT : settings.longestSilence());
    }

    /** When the silence of a path that is suspected is over: then there is a probe without an answer. */
    private MonoTime silentTooLong() {
        return oldestOverdue().orElse(underWay.probes().getLast()).sentAt().plus(settings.longestSilence());
    }

    private Optional<Outstanding> oldestOverdue() {
        return underWay.oldestOverdue(learned.rota());
    }

    private boolean overdue(MonoTime now) {
        return oldestOverdue()
                .filter(o -> o.sentAt().plus(patience()).isDue(now))
                .isPresent();
    }

    private Step probeWhenDue(MonoTime now) {
        PathMonitor fresh = forget(now);
        return nextProbe.isDue(now) ? fresh.send(fresh.due(), now, verdict, burst) : new Step(fresh, List.of());
    }

    private Rota.Turn due() {
        Rota rota = learned.rota();
        return switch (verdict) {
            case UNKNOWN, SUSPECT -> rota.urgent(2);
            case UP -> rota.quiet();
            case DOWN -> repliesInARow > 0 ? rota.urgent(1) : rota.any();
        };
    }

    private Step suspect(MonoTime now) {
        Burst begun = Burst.begin(settings, learned, lastPatience(now), now);
        return send(learned.rota().urgent(Burst.FIRST), now, Verdict.SUSPECT, Optional.of(begun));
    }

    private Step continueBurst(MonoTime now) {
        Burst b = burst.orElseThrow();
        boolean tooLong = silentTooLong().isDue(now);
        if (!tooLong && !b.wake().isDue(now)) return new Step(this, List.of());
        if (!tooLong && !b.isComplete()) {
            Burst more = b.more(settings.burstSpacing(), now);
            return send(learned.rota().urgent(1), now, Verdict.SUSPECT, Optional.of(more));
        }
        // what is still out may come late, and is then the first sign of life
        return new Step(judged(Verdict.DOWN, now.plus(interval())), List.of());
    }

    private Step send(Rota.Turn turn, MonoTime now, Verdict next, Optional<Burst> nextBurst) {
        var probes = new ArrayList<Ask>();
        int last = sent;
        for (int entry : turn.entries()) {
            probes.add(new Ask(last, learned.rota().probe(entry)));
            last = (last + 1) & 0xffff;
        }
        // an unanswered probe breaks the row of a path that recovers
        int row = next == Verdict.DOWN && overdue(now) ? 0 : repliesInARow;
        var monitor = new PathMonitor(
                settings,
                next,
                learned.with(turn.rota()),
                underWay.sent(probes, turn.entries(), next == Verdict.SUSPECT, now),
                last,
                now.plus(next == Verdict.DOWN && row > 0 ? patience() : interval()),
                nextBurst,
                row);
        return new Step(monitor, probes);
    }

    /** Where echoes are not answered, what costs more is asked half as often. */
    private Duration interval() {
        return learned.rota().isCheap()
                ? settings.interval()
                : settings.interval().multipliedBy(2);
    }

    private PathMonitor judged(Verdict next, MonoTime probe) {
        return new PathMonitor(settings, next, learned, underWay, sent, probe, Optional.empty(), 0);
    }

    /** The first answers of a process that has just started are late for its own reasons, and teach nothing. */
    private PathMonitor begun(Outstanding first, MonoTime now) {
        return up(learned.heard(first.entry()), underWay.answered(first, now).only(List.of()), now);
    }

    /** What was sent while the path was dead is not lost. */
    private PathMonitor recovered(MonoTime now) {
        return up(learned, underWay.only(List.of()), now.plus(interval()));
    }

    /** Alive, with this next probe. */
    private PathMonitor up(Learned taught, UnderWay out, MonoTime probe) {
        return new PathMonitor(settings, Verdict.UP, taught, out, sent, probe, Optional.empty(), 0);
    }

    private PathMonitor probing(MonoTime at) {
        return new PathMonitor(settings, verdict, learned, underWay, sent, at, burst, repliesInARow);
    }

    /** Drops probes that no answer can help any more; those of a path that lives are lost. */
    private PathMonitor forget(MonoTime now) {
        Learned taught = learned;
        var left = new ArrayList<Outstanding>();
        for (Outstanding probe : underWay.probes()) {
            boolean awaited = underWay.isAwaited(probe);
            if (!probe.sentAt().plus(STALE).isDue(now) || (awaited && verdict != Verdict.DOWN)) left.add(probe);
            else if (!awaited && !probe.lost()) {
                taught = taught.lost(probe.entry(), probe.urgent());
                left.add(probe.asLost());
            } else if (!awaited && !probe.sentAt().plus(FORGOTTEN).isDue(now)) left.add(probe);
        }
        return left.equals(underWay.probes())
                ? this
                : new PathMonitor(
                        settings, verdict, taught, underWay.only(left), sent, nextProbe, burst, repliesInARow);
    }

    private PathMonitor with(UnderWay out) {
        return new PathMonitor(settings, verdict, learned, out, sent, nextProbe, burst, repliesInARow);
    }

    /** How long traffic alone is a sign of life: three probes at least must have had the time to be answered. */
    private Duration longestTraffic() {
        Duration three = interval().multipliedBy(3);
        return three.compareTo(settings.longestSilence()) > 0 ? three : settings.longestSilence();
    }
}
