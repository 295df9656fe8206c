package org.wguplink.lab.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.meter.Probe;
import org.wguplink.lab.meter.Timeline;

/** Packets as a row of letters. */
final class Strip {
    static final Duration SPAN = Duration.ofMillis(250);
    /** A span with fewer losses than this of its packets counts as whole. */
    private static final double SOME_LOST = 0.05;

    private Strip() {}

    /** The last {@code columns} spans, oldest first, blank before the first packet. The span under way is not shown. */
    static String of(Timeline timeline, int columns, IntFunction<String> exitName) {
        StringBuilder strip = new StringBuilder();
        long current = (timeline.now().nanos() - Timeline.GRACE.toNanos()) / SPAN.toNanos();
        Map<Long, Count> counts = new HashMap<>();
        for (Probe probe : timeline.probes())
            counts.computeIfAbsent(span(probe.sent()), _ -> new Count()).add(probe);
        for (long span = current - columns; span < current; span++) {
            Count count = counts.get(span);
            strip.append(count == null ? ' ' : count.letter(exitName));
        }
        return strip.toString();
    }

    private static long span(MonoTime time) {
        return Math.floorDiv(time.nanos(), SPAN.toNanos());
    }

    private static final class Count {
        private final Map<Integer, Integer> byExit = new HashMap<>();
        private int sent;
        private int lost;

        void add(Probe probe) {
            sent++;
            if (probe.isLost()) lost++;
            else byExit.merge(probe.reply().orElseThrow().exit(), 1, Integer::sum);
        }

        char letter(IntFunction<String> exitName) {
            if (lost == sent) return '.';
            if (lost > SOME_LOST * sent) return '~';
            int exit = byExit.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse(0);
            return exitName.apply(exit).charAt(0);
        }
    }
}
