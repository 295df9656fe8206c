package org.wguplink.control;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.util.LinkedHashMap;
import java.util.Map;

/** The text form of the protocol. */
public final class Wire {
    /** Longest accepted line, in bytes, newline included. */
    public static final int MAX_LINE = 1 << 20;

    private static final Jsonb JSONB = Jsonb.builder().build();

    /** No message of ours nests deeper; a parser that follows a hostile one would run out of stack. */
    private static final int DEEPEST = 32;

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
        if (nestsDeeperThan(DEEPEST, json)) throw new WireException("nested deeper than %d".formatted(DEEPEST));
        try {
            T value = JSONB.type(type).fromJson(json);
            if (value == null) throw new WireException("null instead of " + type.getSimpleName());
            return value;
        } catch (JsonException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            throw new WireException("not a %s: %s".formatted(type.getSimpleName(), e.getMessage()));
        }
    }

    /**
     * Reads an object of any shape: strings, {@code Long} or {@code Double} numbers, booleans, lists and maps.
     *
     * @throws WireException when it is no JSON object
     */
    static Map<String, Object> object(String json) throws WireException {
        if (nestsDeeperThan(DEEPEST, json)) throw new WireException("nested deeper than %d".formatted(DEEPEST));
        try {
            Map<String, Object> members = new LinkedHashMap<>();
            if (!(JSONB.type(Object.class).fromJson(json) instanceof Map<?, ?> map))
                throw new WireException("not a JSON object");
            map.forEach((name, value) -> members.put(String.valueOf(name), value));
            return members;
        } catch (JsonException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            throw new WireException("not JSON: %s".formatted(e.getMessage()));
        }
    }

    /** Counts brackets, those in strings too: no message of ours has that many there either. */
    private static boolean nestsDeeperThan(int limit, String json) {
        int depth = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '[' || c == '{') depth++;
            else if (c == ']' || c == '}') depth--;
            if (depth > limit) return true;
        }
        return false;
    }

    /** What was read is not what the protocol says. */
    public static final class WireException extends Exception {
        private static final long serialVersionUID = 1L;

        WireException(String message) {
            super(message);
        }
    }
}
