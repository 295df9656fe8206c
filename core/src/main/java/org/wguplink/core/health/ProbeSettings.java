package org.wguplink.core.health;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.net.HttpUrl;

/**
 * How a path is probed.
 *
 * @param interval between probes while nothing is wrong, 10 ms to 1 h
 * @param slack what an answer may be late beyond the path's own round-trip time before it is overdue
 * @param verdictSlack the same for the last probes of a burst: a queue that fills delays answers, and death is final
 * @param burstSpacing between the probes of a burst
 * @param burstProbes how many probes of a burst must all stay unanswered for DOWN, 2 to 30
 * @param recoveryReplies how many probes must be answered in a row for a path that is DOWN to be UP, 1 to 100
 * @param leastSilence of traffic without answers: a shorter one is no suspicion
 * @param longestSilence without an answer the path is DOWN so long after the first probe that stays without one, however
 *     patient the rest of this makes it, 1 s to 1 h
 * @param limits beyond which a path that lives is poor; empty: it never is
 * @param portalCheck the empty pages that are asked for to find captive portals; none: none is looked for
 */
public record ProbeSettings(
        Duration interval,
        Duration slack,
        Duration verdictSlack,
        Duration burstSpacing,
        int burstProbes,
        int recoveryReplies,
        Duration leastSilence,
        Duration longestSilence,
        Optional<Quality.Limits> limits,
        List<HttpUrl> portalCheck) {
    private static final Duration USUAL_SILENCE = Duration.ofSeconds(10);

    /** For an uplink that is kept ready. */
    public static final ProbeSettings STANDBY = new ProbeSettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(150),
            Duration.ofMillis(300),
            Duration.ofMillis(40),
            5,
            3,
            Duration.ofMillis(25),
            USUAL_SILENCE,
            Optional.empty(),
            List.of());

    /** For a path that carries traffic, which raises suspicions itself: below 10 MB a day of IP packets. */
    static ProbeSettings inUse(Duration leastSilence, Duration burstSpacing, int burstProbes, Duration verdictSlack) {
        return new ProbeSettings(
                Duration.ofSeconds(1),
                verdictSlack.plusMillis(60),
                verdictSlack,
                burstSpacing,
                burstProbes,
                3,
                leastSilence,
                USUAL_SILENCE,
                Optional.empty(),
                List.of());
    }

    public ProbeSettings {
        portalCheck = List.copyOf(portalCheck);
        if (interval.toMillis() < 10 || interval.toHours() > 1)
            throw new IllegalArgumentException("interval %s; expected 10 ms to 1 h".formatted(interval));
        if (burstProbes < 2 || burstProbes > 30)
            throw new IllegalArgumentException("burst of %d probes; expected 2 to 30".formatted(burstProbes));
        if (recoveryReplies < 1 || recoveryReplies > 100)
            throw new IllegalArgumentException("%d recovery replies; expected 1 to 100".formatted(recoveryReplies));
        if (longestSilence.toMillis() < 1000 || longestSilence.toHours() > 1)
            throw new IllegalArgumentException("silence of %s; expected 1 s to 1 h".formatted(longestSilence));
    }

    /** The same, but each of so many monitors of one path is quiet for that much longer between two probes. */
    public ProbeSettings shared(int monitors) {
        return with(interval.multipliedBy(monitors), longestSilence, limits, portalCheck);
    }

    /** The same, but with an interval that is no longer than this. */
    public ProbeSettings atLeastEvery(Duration longest) {
        return longest.compareTo(interval) >= 0 ? this : with(longest, longestSilence, limits, portalCheck);
    }

    /** The same, but DOWN after so much silence at the latest. */
    public ProbeSettings within(Duration silence) {
        return with(interval, silence, limits, portalCheck);
    }

    /** The same, but a path that lives is poor beyond these. */
    public ProbeSettings judging(Optional<Quality.Limits> beyond) {
        return with(interval, longestSilence, beyond, portalCheck);
    }

    /** The same, but captive portals are found by these pages. */
    public ProbeSettings findingPortals(List<HttpUrl> pages) {
        return with(interval, longestSilence, limits, pages);
    }

    private ProbeSettings with(Duration every, Duration silence, Optional<Quality.Limits> beyond, List<HttpUrl> pages) {
        return new ProbeSettings(
                every,
                slack,
                verdictSlack,
                burstSpacing,
                burstProbes,
                recoveryReplies,
                leastSilence,
                silence,
                beyond,
                pages);
    }
}
