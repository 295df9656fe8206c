package org.wguplink.control;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * One part of the way to the internet through a peer.
 *
 * @param name {@code tunnel} to the provider, the {@code provider} itself, the {@code internet} behind it
 * @param state {@code ok}, {@code failed}, or {@code unknown}: nothing tells for or against
 * @param message one sentence
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record TestStage(String name, String state, String message, List<TestProbe> probes) {
    public static final String TUNNEL = "tunnel";
    public static final String PROVIDER = "provider";
    public static final String INTERNET = "internet";

    public static final String OK = "ok";
    public static final String FAILED = "failed";
    public static final String UNKNOWN = "unknown";
}
