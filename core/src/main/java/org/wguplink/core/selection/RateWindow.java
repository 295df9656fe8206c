package org.wguplink.core.selection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * How much passes an uplink, looked at every second: what its traffic shows of its bandwidth. A rate that stays within 30 %
 * for ten looks is what the line gives; a shorter one is what it gives at least.
 *
 * @param received bytes counted so far
 * @param sent the same in the other direction
 * @param mbps the last rates of the direction that had more, the newest last, at most ten
 */
public record RateWindow(MonoTime at, long received, long sent, List<Double> mbps) {
    public static final Duration LOOKS = Duration.ofSeconds(1);
    private static final int LENGTH = 10;
    private static final double STEADY = 0.7;
    private static final double LEAST_MBPS = 1;

    public RateWindow {
        mbps = List.copyOf(mbps);
    }

    public static RateWindow start(long received, long sent, MonoTime now) {
        return new RateWindow(now, received, sent, List.of());
    }

    /** With the counters as they are now; begun anew when they were. */
    public RateWindow look(long receivedNow, long sentNow, MonoTime now) {
        double seconds = now.since(at).toNanos() / 1e9;
        if (receivedNow < received || sentNow < sent || seconds <= 0) return start(receivedNow, sentNow, now);
        var rates = new ArrayList<>(mbps);
        rates.add(8e-6 * Math.max(receivedNow - received, sentNow - sent) / seconds);
        if (rates.size() > LENGTH) rates.removeFirst();
        return new RateWindow(now, receivedNow, sentNow, rates);
    }

    /** What the rates show; empty when hardly anything passed. */
    public Optional<SeenBandwidth> seen() {
        if (mbps.isEmpty()) return Optional.empty();
        double newest = mbps.getLast();
        double highest = mbps.stream().mapToDouble(m -> m).max().orElse(0);
        double lowest = mbps.stream().mapToDouble(m -> m).min().orElse(0);
        if (newest < LEAST_MBPS) return Optional.empty();
        return Optional.of(
                mbps.size() == LENGTH && lowest >= STEADY * highest
                        ? SeenBandwidth.sustained((int) Math.round(
                                mbps.stream().mapToDouble(m -> m).average().orElse(newest)))
                        : SeenBandwidth.peak((int) Math.round(newest)));
    }
}
