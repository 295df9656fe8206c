package org.wguplink.core.time;

import java.time.Duration;

/** A reading of a monotonic clock, in nanoseconds since an arbitrary origin of this process. */
public record MonoTime(long nanos) implements Comparable<MonoTime> {
    public MonoTime plus(Duration duration) {
        return new MonoTime(nanos + duration.toNanos());
    }

    /** How long after {@code earlier} this is; negative when it is before. */
    public Duration since(MonoTime earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    public boolean isBefore(MonoTime other) {
        return nanos - other.nanos < 0;
    }

    /** Whether this moment has come at {@code now}. */
    public boolean isDue(MonoTime now) {
        return !now.isBefore(this);
    }

    /** Ordered as by {@code System.nanoTime}: by difference, so that an overflow of the clock does no harm. */
    @Override
    public int compareTo(MonoTime other) {
        return Long.signum(nanos - other.nanos);
    }
}
