package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.wguplink.core.time.MonoTime;

/** Virtual time: what is to happen, by its time, and then in the order in which it was planned. */
final class Agenda {
    private record Entry(long at, long number, Runnable what) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::number));
    private final long origin;
    private long now;
    private long planned;

    /** @param origin of the monotonic clock, any number: it may overflow */
    Agenda(long origin) {
        this.origin = origin;
    }

    void after(Duration delay, Runnable what) {
        at(now + delay.toNanos(), what);
    }

    void at(MonoTime time, Runnable what) {
        at(time.nanos() - origin, what);
    }

    private void at(long time, Runnable what) {
        entries.add(new Entry(Math.max(time, now), planned++, what));
    }

    /** Lets everything happen until then, {@code each} after every event. */
    void run(Duration end, Runnable each) {
        while (!entries.isEmpty() && entries.peek().at <= end.toNanos()) {
            Entry entry = entries.remove();
            now = entry.at;
            entry.what.run();
            each.run();
        }
        now = end.toNanos();
    }

    /** Since the beginning. */
    Duration elapsed() {
        return Duration.ofNanos(now);
    }

    MonoTime now() {
        return new MonoTime(nanos());
    }

    /** What the monotonic clock says. */
    long nanos() {
        return origin + now;
    }
}
