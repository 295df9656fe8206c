package org.wguplink.control;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of {@code uplink_test}.
 *
 * @param sent echo requests to the internet
 * @param latencyMs mean round trip to the internet through the peer; absent when nothing came back
 * @param verdict {@code works}, or what is at fault: {@code tunnel}, {@code provider} or {@code internet}
 * @param stages in the order of the way; those that were looked at
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record TestResult(
        boolean success,
        String peerId,
        @Nullable String device,
        int sent,
        int received,
        @Nullable Double latencyMs,
        String verdict,
        String message,
        List<TestStage> stages) {
    public static final String WORKS = "works";
}
