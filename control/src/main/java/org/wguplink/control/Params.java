package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of every method; each uses the ones that {@link Method} names.
 *
 * @param peerId a peer id of the mesh
 * @param weight 1 to 1000, higher = more preferred
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Params(
        @Nullable String peerId,
        @Nullable Integer weight,
        @Nullable Boolean enabled) {
    public static final Params NONE = new Params(null, null, null);

    public static Params peer(String peerId) {
        return new Params(peerId, null, null);
    }
}
