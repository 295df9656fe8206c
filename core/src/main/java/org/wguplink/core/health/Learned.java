package org.wguplink.core.health;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * What a path has taught about itself.
 *
 * @param rtts its last round-trip times
 * @param loss of probes, 0 to 1, the last thirty or so
 * @param lateness how late answers have come lately that were thought to be lost
 * @param rota which probes are answered at all
 */
record Learned(RttWindow rtts, double loss, Optional<Lateness> lateness, Rota rota) {
    static Learned nothing(Rota rota) {
        return new Learned(RttWindow.EMPTY, 0, Optional.empty(), rota.forgotten());
    }

    private static final double WEIGHT = 1.0 / 32;
    /** A path that loses more than this loses some in a row, too. */
    private static final double LOSSY = 0.1;
    /** The chance that all probes of a burst are lost on a path that lives. */
    private static final double ERROR = 1e-5;

    private static final int MOST_PROBES = 30;

    /** A round trip that long was seen; forgotten ten minutes after the last. */
    record Lateness(Duration rtt, MonoTime at) {
        private static final Duration MEMORY = Duration.ofMinutes(10);

        boolean fresh(MonoTime now) {
            return now.since(at).compareTo(MEMORY) < 0;
        }
    }

    /**
     * @param urgent whether it was asked in a burst
     * @param late whether the answer had been given up
     */
    Learned answered(int entry, boolean urgent, Duration rtt, boolean late, MonoTime now) {
        return new Learned(
                measures(entry) ? rtts.with(rtt) : rtts,
                tells(entry, urgent) ? lossAfter(rota.missedBy(entry, loss > LOSSY)) : loss,
                late && isDated(entry) ? Optional.of(later(rtt, now)) : lateness,
                rota.answered(entry));
    }

    /**
     * Replies to pings are dated by the kernel; a connection that is answered is seen when this process gets to it, and a
     * resolver may have to ask others first.
     */
    private boolean measures(int entry) {
        return switch (rota.probe(entry).method()) {
            case ICMP -> true;
            case TCP -> isDated(entry) || rtts.upper().isEmpty();
            case DNS -> rtts.upper().isEmpty();
        };
    }

    /** Whether its answer came when it is said to have come, as far as there are such. */
    private boolean isDated(int entry) {
        return rota.probe(entry).method() == Probe.Method.ICMP || !rota.isCheap();
    }

    /** Its answer counts, but says nothing of the path's round trip. */
    Learned heard(int entry) {
        return with(rota.answered(entry));
    }

    Learned with(Rota next) {
        return new Learned(rtts, loss, lateness, next);
    }

    private Lateness later(Duration rtt, MonoTime now) {
        Duration longest = lateness.filter(l -> l.fresh(now) && l.rtt.compareTo(rtt) > 0)
                .map(Lateness::rtt)
                .orElse(rtt);
        return new Lateness(longest, now);
    }

    /** A loss once the next of its kind is answered; until then it may be a filter. */
    Learned lost(int entry, boolean urgent) {
        return tells(entry, urgent) ? with(rota.missed(entry)) : this;
    }

    private double lossAfter(int misses) {
        double next = loss;
        for (int i = 0; i < misses; i++) next = next * (1 - WEIGHT) + WEIGHT;
        return next * (1 - WEIGHT);
    }

    /** Routers answer so many echoes a second and no more: those of a burst tell nothing of the path. */
    private boolean tells(int entry, boolean urgent) {
        return !urgent || rota.probe(entry).method() != Probe.Method.ICMP;
    }

    /** How long an answer may take, with so much slack; empty before the first. */
    Optional<Duration> patience(Duration slack) {
        return rtts.upper().map(rtt -> RttWindow.patience(rtt).plus(slack));
    }

    /** As {@link #patience}, and as long as answers that were thought to be lost have taken. */
    Optional<Duration> lastPatience(Duration slack, MonoTime now) {
        Optional<Duration> patience = patience(slack);
        Optional<Duration> late = lateness.filter(l -> l.fresh(now)).map(l -> l.rtt.plus(slack));
        return late.filter(l -> patience.isEmpty() || l.compareTo(patience.get()) > 0)
                .or(() -> patience);
    }

    /** How many probes must be lost in a row before that is no accident. */
    int burst(int least) {
        if (loss <= 0) return least;
        return Math.clamp((int) Math.ceil(Math.log(ERROR) / Math.log(loss)), least, MOST_PROBES);
    }
}
