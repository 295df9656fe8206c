package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/** A JSON-RPC 2.0 request. */
@Json
public record Request(
        String jsonrpc, long id, String method, @Nullable Params params) {
    public static Request of(long id, Method method, Params params) {
        return new Request("2.0", id, method.wireName(), params);
    }
}
