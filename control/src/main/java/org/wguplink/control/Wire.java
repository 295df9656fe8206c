package org.wguplink.control;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;

/** The text form of the protocol. */
public final class Wire {
    /** Longest accepted line, in bytes, newline included. */
    public static final int MAX_LINE = 1 << 20;

    private static final Jsonb JSONB = Jsonb.builder().build();

    private Wire() {}

    /** One line of JSON, without the newline. */
    public static String encode(Object message) {
        return JSONB.toJson(message);
    }

    /** The same, indented for people. */
    public static String pretty(Object message) {
        return JSONB.toJsonPretty(message);
    }

    /**
     * Reads a message or a result.
     *
     * @throws WireException when it is not JSON of that shape
     */
    public static <T> T decode(Class<T> type, String json) throws WireException {
        try {
            T value = JSONB.type(type).fromJson(json);
            if (value == null) throw new WireException("null instead of " + type.getSimpleName());
            return value;
        } catch (JsonException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            throw new WireException("not a %s: %s".formatted(type.getSimpleName(), e.getMessage()));
        }
    }

    /** What was read is not what the protocol says. */
    public static final class WireException extends Exception {
        private static final long serialVersionUID = 1L;

        WireException(String message) {
            super(message);
        }
    }
}
