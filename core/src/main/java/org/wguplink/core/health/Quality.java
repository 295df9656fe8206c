package org.wguplink.core.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a path that lives is good enough, by thresholds that lie apart for getting worse and for getting better (options
 * {@code failure_latency}, {@code recovery_latency}, {@code failure_loss}, {@code recovery_loss}, named as mwan3's).
 *
 * @param complaint what is wrong with it, the rest of a sentence that begins with its name; empty: nothing is
 */
public record Quality(Optional<String> complaint, boolean slow, boolean lossy) {
    public static final Quality GOOD = new Quality(Optional.empty(), false, false);

    /**
     * @param failureLatency of a mean round trip, above which a path is poor
     * @param recoveryLatency below which it is good again; no more than the other
     * @param failureLoss percent of probes, above which a path is poor, 1 to 100
     * @param recoveryLoss below which it is good again; no more than the other
     */
    public record Limits(Duration failureLatency, Duration recoveryLatency, int failureLoss, int recoveryLoss) {
        public static final Limits USUAL = new Limits(Duration.ofMillis(800), Duration.ofMillis(500), 20, 5);

        public Limits {
            if (recoveryLatency.compareTo(failureLatency) > 0)
                throw new IllegalArgumentException("recovery_latency %d; expected at most failure_latency, which is %d"
                        .formatted(recoveryLatency.toMillis(), failureLatency.toMillis()));
            if (recoveryLoss > failureLoss)
                throw new IllegalArgumentException("recovery_loss %d; expected at most failure_loss, which is %d"
                        .formatted(recoveryLoss, failureLoss));
        }
    }

    /** What a path that lives is like now, after this. */
    Quality next(Learned learned, Limits limits) {
        long latency = learned.rtts().mean().orElse(Duration.ZERO).toMillis();
        double loss = 100 * learned.loss();
        boolean nowSlow = latency > (slow ? limits.recoveryLatency : limits.failureLatency).toMillis();
        boolean nowLossy = loss > (lossy ? limits.recoveryLoss : limits.failureLoss);
        if (learned.rota().isSilent(Probe.Method.DNS))
            return new Quality(Optional.of("gets no answer from name servers"), nowSlow, nowLossy);
        if (learned.rota().isSilent(Probe.Method.TCP))
            return new Quality(Optional.of("takes no connections any more"), nowSlow, nowLossy);
        if (nowLossy) return new Quality(Optional.of("loses %.0f %% of its probes".formatted(loss)), nowSlow, true);
        if (nowSlow) return new Quality(Optional.of("answers after %d ms".formatted(latency)), true, false);
        return GOOD;
    }

    /** Whether the complaint is of the same kind; figures in it change all the time. */
    public boolean isLike(Quality other) {
        return complaint.isPresent() == other.complaint.isPresent() && slow == other.slow && lossy == other.lossy;
    }
}
