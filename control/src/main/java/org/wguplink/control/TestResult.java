package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of {@code uplink_test}.
 *
 * @param latencyMs mean round trip to the internet through the peer; absent when nothing came back
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record TestResult(
        boolean success,
        String peerId,
        @Nullable String device,
        int sent,
        int received,
        @Nullable Double latencyMs,
        String message) {}
