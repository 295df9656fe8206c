package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * One question that was sent through the tunnel.
 *
 * @param kind {@code icmp} echo, {@code hop}: an echo that may pass one router behind the provider, {@code dns}
 * @param latencyMs round trip; absent without an answer
 * @param note who said no, and what, when it was not the target that answered
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record TestProbe(
        String kind,
        String target,
        boolean answered,
        @Nullable Double latencyMs,
        @Nullable String note) {}
