package org.wguplink.core.failover;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Whether one path may be used, and the hold-down of a path that failed, or was left for being poor: after a first failure
 * it must be up for 5 s before it is trusted again, from the second on for 60 s, doubling to 10 min. Every 10 min of life
 * forgive a failure.
 *
 * @param up verified, and not dead since
 * @param failures failures not forgiven yet
 * @param upSince when it came up; empty while it is not up
 * @param downSince when it went down; empty while it is up, and of a path that nobody has seen go down
 * @param why the last thing said about it, for people
 */
public record PathStanding(
        boolean up, int failures, Optional<MonoTime> upSince, Optional<MonoTime> downSince, String why) {
    static final Duration FIRST_HOLD = Duration.ofSeconds(5);
    static final Duration SECOND_HOLD = Duration.ofMinutes(1);
    static final Duration LONGEST_HOLD = Duration.ofMinutes(10);
    static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);
    private static final int MOST_FAILURES = 16;

    /** A path that was never judged. */
    public static final PathStanding UNKNOWN =
            new PathStanding(false, 0, Optional.empty(), Optional.empty(), "not probed yet");

    /** The own WAN of a run that ended while it borrowed: it has failed once, and must hold before it is trusted. */
    static final PathStanding LEFT =
            new PathStanding(false, 1, Optional.empty(), Optional.empty(), "left by an earlier run");

    PathStanding cameUp(MonoTime now, String reason) {
        return up ? this : new PathStanding(true, failures, Optional.of(now), Optional.empty(), reason);
    }

    /** A failure counts also when the path was not trusted yet; a path that never worked does not fail. */
    PathStanding wentDown(MonoTime now, String reason) {
        int left = remembered(now);
        int counted = up ? Math.min(left + 1, MOST_FAILURES) : left;
        return new PathStanding(false, counted, Optional.empty(), downSince.or(() -> Optional.of(now)), reason);
    }

    /** It was left for being poor, and is good again: a failure that is over, or it would be left and taken for ever. */
    PathStanding mended(MonoTime now, String reason) {
        return up ? wentDown(now, reason).cameUp(now, reason) : this;
    }

    /** Nothing was heard of it, but what it rides on is dead: no failure of its own. */
    PathStanding doubted(MonoTime now, String reason) {
        return up ? new PathStanding(false, remembered(now), Optional.empty(), Optional.empty(), reason) : this;
    }

    /** The failures that its life up to now has not forgiven. */
    public int remembered(MonoTime now) {
        return Math.max(0, failures - forgiven(now));
    }

    /** When the next of its failures is forgiven; empty when none is left, and while it is not up. */
    public Optional<MonoTime> forgivesNext(MonoTime now) {
        if (remembered(now) == 0) return Optional.empty();
        return upSince.map(s -> s.plus(FORGIVEN_AFTER.multipliedBy(forgiven(now) + 1L)));
    }

    private int forgiven(MonoTime now) {
        return upSince.map(s -> (int) Math.min(MOST_FAILURES, now.since(s).dividedBy(FORGIVEN_AFTER)))
                .orElse(0);
    }

    /** How long it must be up before it is trusted. */
    public Duration hold() {
        if (failures == 0) return Duration.ZERO;
        if (failures == 1) return FIRST_HOLD;
        Duration grown = SECOND_HOLD.multipliedBy(1L << Math.min(failures - 2, 10));
        return grown.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : grown;
    }

    /** From when it is trusted; empty while it is not up. */
    public Optional<MonoTime> trustedFrom() {
        return upSince.map(s -> s.plus(hold()));
    }

    public boolean trusted(MonoTime now) {
        return trustedFrom().map(t -> t.isDue(now)).orElse(false);
    }
}
