package org.wguplink.mesh.logging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the same message pass once a minute: what another node causes every few seconds must not flood the log. It lets
 * at most {@link #MAX_KNOWN} different ones pass in a minute, and says once when there are more.
 */
public final class OnceAMinute {
    static final int MAX_KNOWN = 64;
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();
    private static final String MORE =
            "more than %d different reports in a minute: the rest is left out".formatted(MAX_KNOWN);

    private final Map<String, Long> passedNanos = new HashMap<>();

    /**
     * The message to report, if any.
     *
     * @param nowNanos monotonic, as {@link System#nanoTime}
     */
    public synchronized Optional<String> pass(String message, long nowNanos) {
        passedNanos.values().removeIf(passed -> nowNanos - passed >= PERIOD_NANOS);
        String passing = passedNanos.size() < MAX_KNOWN || passedNanos.containsKey(message) ? message : MORE;
        return passedNanos.putIfAbsent(passing, nowNanos) == null ? Optional.of(passing) : Optional.empty();
    }
}
