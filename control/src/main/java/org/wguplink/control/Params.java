package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of every method; each uses the ones that {@link Method} names.
 *
 * @param peerId a peer id of the mesh
 * @param weight 1 to 1000, higher = more preferred
 * @param progress whether each stage of a test is told as soon as it is over
 * @param intervalS seconds, 1 to 3600: how often figures that move by themselves are told
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Params(
        @Nullable String peerId,
        @Nullable Integer weight,
        @Nullable Boolean enabled,
        @Nullable Boolean progress,
        @Nullable Integer intervalS) {
    public static final Params NONE = new Params(null, null, null);

    public Params(@Nullable String peerId, @Nullable Integer weight, @Nullable Boolean enabled) {
        this(peerId, weight, enabled, null, null);
    }

    public static Params peer(String peerId) {
        return new Params(peerId, null, null);
    }

    /** A test that tells its stages. */
    public static Params test(String peerId) {
        return new Params(peerId, null, null, true, null);
    }

    public static Params watch(int intervalS) {
        return new Params(null, null, null, null, intervalS);
    }
}
