package org.wguplink.core.health;

import java.time.Duration;
import java.util.Locale;

/** How soon a silence is a death ({@code option detection}): the sooner, the more often a stall is taken for one. */
public enum Detection {
    /** For lines without stalls, such as fibre: about 45 ms beyond 1.25 round trips. */
    FAST,
    /** About 65 ms. */
    DEFAULT,
    /** For lines with stalls, such as LTE: about 230 ms. */
    GENTLE;

    /** @throws IllegalArgumentException when it is none of the words */
    public static Detection parse(String word) {
        for (Detection detection : values()) if (detection.toString().equals(word)) return detection;
        throw new IllegalArgumentException(word);
    }

    /** Of a path that carries traffic. */
    public ProbeSettings inUse() {
        return switch (this) {
            case FAST -> inUse(15, 4, 3, 10);
            case DEFAULT -> inUse(25, 6, 4, 20);
            case GENTLE -> inUse(50, 10, 5, 100);
        };
    }

    private static ProbeSettings inUse(int leastSilenceMs, int burstSpacingMs, int burstProbes, int verdictSlackMs) {
        return ProbeSettings.inUse(
                Duration.ofMillis(leastSilenceMs),
                Duration.ofMillis(burstSpacingMs),
                burstProbes,
                Duration.ofMillis(verdictSlackMs));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
