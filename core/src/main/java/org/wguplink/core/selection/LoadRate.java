package org.wguplink.core.selection;

import java.time.Duration;
import org.wguplink.core.time.MonoTime;

/**
 * What a load that is made on purpose has brought so far. A line's bandwidth is what comes once the connections are at speed:
 * the first {@link #START} does not count (RFC 9438: a connection begins slowly).
 *
 * @param began when the first of it came
 * @param last when the newest came
 * @param early bytes of the start
 * @param later bytes of the time after it
 */
public record LoadRate(MonoTime began, MonoTime last, long early, long later) {
    public static final Duration START = Duration.ofMillis(500);
    /** No load brings more, in bytes: a fast line is known by then, and the volume may cost something. */
    public static final long MOST_BYTES = 250_000_000;

    private static final Duration SILENCE = Duration.ofSeconds(2);

    public static LoadRate begin(MonoTime now) {
        return new LoadRate(now, now, 0, 0);
    }

    /** With bytes that have just come. */
    public LoadRate with(long bytes, MonoTime now) {
        boolean starts = now.since(began).compareTo(START) <= 0;
        return new LoadRate(began, now, starts ? early + bytes : early, starts ? later : later + bytes);
    }

    public long bytes() {
        return early + later;
    }

    /** Whether it has brought as much as it may, or has lasted so long. */
    public boolean isOver(Duration time, MonoTime now) {
        return bytes() >= MOST_BYTES || began.plus(time).isDue(now);
    }

    /** Whether nothing comes any more. */
    public boolean isSilent(MonoTime now) {
        return last.plus(SILENCE).isDue(now);
    }

    /** Whether it has lasted long enough to tell a bandwidth: as long at speed as it took to get there. */
    public boolean tells(MonoTime now) {
        return bytes() >= MOST_BYTES || began.plus(START).plus(START).isDue(now);
    }

    /** 10^6 bits a second, at speed; of the start while there is no more. */
    public double mbps(MonoTime now) {
        Duration past = now.since(began);
        boolean starts = past.compareTo(START) <= 0;
        double seconds = (starts ? past : past.minus(START)).toNanos() / 1e9;
        return seconds <= 0 ? 0 : 8e-6 * (starts ? early : later) / seconds;
    }
}
