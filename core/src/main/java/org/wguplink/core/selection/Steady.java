package org.wguplink.core.selection;

import java.time.Duration;

/** Keeps noise out of the order: what counted before counts on until the new value differs by more than noise does. */
public final class Steady {
    private static final Duration NOISE = Duration.ofMillis(5);
    private static final int NOISE_PERCENT = 15;

    private Steady() {}

    /** The latency that counts from now on: the one before, unless the new one is off by more than 5 ms and 15 %. */
    public static Duration latency(Duration before, Duration now) {
        Duration off = now.minus(before).abs();
        boolean noise =
                off.compareTo(NOISE) <= 0 || off.multipliedBy(100).compareTo(before.multipliedBy(NOISE_PERCENT)) <= 0;
        return noise ? before : now;
    }
}
