package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.wguplink.core.time.MonoTime;

/** What was said of one path for one family. */
final class Health {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration SECOND = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration FORGIVEN = Duration.ofMinutes(10);

    boolean up;
    /** Whether it is known to be dead, not merely not known to live. */
    boolean dead;
    /** Since when it is up, or not. */
    MonoTime since;

    private final Deque<MonoTime> deaths = new ArrayDeque<>();
    private int all;
    private boolean worked;

    Health(MonoTime now) {
        since = now;
    }

    void cameUp(MonoTime now) {
        up = true;
        dead = false;
        worked = true;
        since = now;
    }

    /** Whether it has been up at all. */
    boolean hasWorked() {
        return worked;
    }

    /** It went down by itself; whether for the first time. */
    boolean died(MonoTime now) {
        deaths.add(now);
        all++;
        doubted(now);
        return deaths.size() == 1;
    }

    /** What it rides on went down. */
    void doubted(MonoTime now) {
        up = false;
        dead = true;
        since = now;
    }

    /** What it must live for at least before it is preferred: after 10 min of life less. */
    Duration leastHold(MonoTime now) {
        deaths.removeIf(d -> now.since(d).compareTo(FORGIVEN) > 0);
        return deaths.size() > 1 ? SECOND : hold(deaths.size());
    }

    /**
     * What it must live for at most.
     *
     * @param unseen deaths of which this knows nothing
     */
    Duration mostHold(int unseen) {
        return hold(all + unseen);
    }

    private static Duration hold(int failures) {
        if (failures < 2) return failures == 0 ? Duration.ZERO : FIRST;
        Duration grown = SECOND.multipliedBy(1L << Math.min(failures - 2, 10));
        return grown.compareTo(LONGEST) > 0 ? LONGEST : grown;
    }
}
