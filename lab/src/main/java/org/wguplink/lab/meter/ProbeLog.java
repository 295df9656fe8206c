package org.wguplink.lab.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/** What was sent and what came back, by sequence number. Allocates rarely, so that it does not disturb the clock. */
final class ProbeLog {
    private long[] sentNanos = new long[1 << 16];
    private long[] replyNanos = new long[1 << 16];
    private int[] exits = new int[1 << 16];
    private boolean[] answered = new boolean[1 << 16];
    private int count;

    /** Returns the sequence number. */
    synchronized int sent(long nanos) {
        if (count == sentNanos.length) grow();
        sentNanos[count] = nanos;
        return count++;
    }

    /** The first reply counts; others, and those to nothing that was sent, are ignored. */
    synchronized void replied(long sequence, long nanos, int exit) {
        if (sequence < 0 || sequence >= count || answered[(int) sequence]) return;
        answered[(int) sequence] = true;
        replyNanos[(int) sequence] = nanos;
        exits[(int) sequence] = exit;
    }

    /** The sequence number that was given last; 0 before the first. */
    synchronized int latest() {
        return Math.max(0, count - 1);
    }

    /** What was sent since {@code from}, and one probe before. */
    synchronized Timeline since(MonoTime from) {
        int first = count;
        while (first > 0 && sentNanos[first - 1] - from.nanos() >= 0) first--;
        return timeline(Math.max(0, first - 1));
    }

    synchronized Timeline all() {
        return timeline(0);
    }

    private Timeline timeline(int first) {
        List<Probe> probes = new ArrayList<>(count - first);
        for (int i = first; i < count; i++)
            probes.add(new Probe(
                    new MonoTime(sentNanos[i]),
                    answered[i]
                            ? Optional.of(new Probe.Reply(new MonoTime(replyNanos[i]), exits[i]))
                            : Optional.empty()));
        return new Timeline(probes, new MonoTime(System.nanoTime()));
    }

    private void grow() {
        int more = count * 2;
        sentNanos = Arrays.copyOf(sentNanos, more);
        replyNanos = Arrays.copyOf(replyNanos, more);
        exits = Arrays.copyOf(exits, more);
        answered = Arrays.copyOf(answered, more);
    }
}
