package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC 2.0 response: {@code result} or {@code error}.
 *
 * @param id the JSON text of the request's id; absent when that could not be read
 * @param result the JSON text of the method's result
 */
@Json
public record Response(
        String jsonrpc,
        @Json.Raw @Nullable String id,
        @Json.Raw @Nullable String result,
        @Nullable Failure error) {
    /** Parse error, invalid request, unknown method, bad parameters: JSON-RPC 2.0, section 5.1. */
    public static final int PARSE_ERROR = -32700;

    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;
    /** The request is sound, but the node cannot do it now. */
    public static final int REFUSED = -32000;
    /** More connections than the daemon serves; it closes this one. */
    public static final int BUSY = -32001;

    @Json
    public record Failure(int code, String message) {}

    public static Response result(String id, String json) {
        return new Response("2.0", id, json, null);
    }

    /** @param id null when it could not be read */
    public static Response error(@Nullable String id, int code, String message) {
        return new Response("2.0", id, null, new Failure(code, message));
    }

    /** The text to send, without the newline; an id that could not be read is written as null. */
    public String line() {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id
                + (error == null ? ",\"result\":" + result : ",\"error\":" + Wire.encode(error)) + "}";
    }
}
