package org.wguplink.control;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Wire.WireException;

/**
 * A request as the daemon reads it: members that it does not know are ignored, those that it knows must have their type.
 *
 * @param id the JSON text of the request's id; empty for a notification, which gets no answer
 */
public record Call(Optional<String> id, Method method, Params params) {
    private static final int LONGEST_ID = 100;

    /** Why a line is no call. */
    public static final class BadCallException extends Exception {
        private static final long serialVersionUID = 1L;
        private final Optional<Response> answer;

        private BadCallException(Optional<Response> answer, String message) {
            super(message);
            this.answer = answer;
        }

        /** What the caller is told; empty when it wanted no answer. */
        public Optional<Response> answer() {
            return answer;
        }
    }

    /** Reads one line. */
    public static Call read(String line) throws BadCallException {
        Map<String, Object> members;
        try {
            members = Wire.object(line);
        } catch (WireException e) {
            throw bad(Response.PARSE_ERROR, String.valueOf(e.getMessage()));
        }
        Optional<String> id = id(members);
        if (!"2.0".equals(members.get("jsonrpc"))) throw bad(id, "expected \"jsonrpc\":\"2.0\"");
        if (!(members.get("method") instanceof String name)) throw bad(id, "method is not a string");
        Method method = Method.of(name)
                .orElseThrow(() -> bad(id, Response.METHOD_NOT_FOUND, "no method '%s'".formatted(shown(name))));
        return new Call(id, method, params(id, members.get("params")));
    }

    private static Optional<String> id(Map<String, Object> members) throws BadCallException {
        if (!members.containsKey("id")) return Optional.empty();
        @Nullable Object id = members.get("id");
        if (id == null) return Optional.of("null");
        boolean usable = id instanceof Number || (id instanceof String text && text.length() <= LONGEST_ID);
        if (!usable) throw bad(Response.INVALID_REQUEST, "id is not a number or a string of at most 100 characters");
        return Optional.of(Wire.encode(id));
    }

    private static Params params(Optional<String> id, @Nullable Object params) throws BadCallException {
        if (params == null) return Params.NONE;
        if (!(params instanceof Map<?, ?> named))
            throw bad(id, Response.INVALID_PARAMS, "params: expected an object with named parameters");
        return new Params(
                value(id, named, "peer_id", String.class, "a string"),
                number(id, named, "weight"),
                value(id, named, "enabled", Boolean.class, "true or false"),
                value(id, named, "progress", Boolean.class, "true or false"),
                number(id, named, "interval_s"),
                number(id, named, "within_s"),
                number(id, named, "seconds"),
                value(id, named, "force", Boolean.class, "true or false"));
    }

    private static @Nullable Integer number(Optional<String> id, Map<?, ?> params, String name)
            throws BadCallException {
        @Nullable Long value = value(id, params, name, Long.class, "an integer");
        if (value == null) return null;
        if (value.intValue() != value) throw wrong(id, name, value, "an integer");
        return value.intValue();
    }

    private static <T> @Nullable T value(
            Optional<String> id, Map<?, ?> params, String name, Class<T> type, String expected)
            throws BadCallException {
        @Nullable Object value = params.get(name);
        if (value != null && !type.isInstance(value)) throw wrong(id, name, value, expected);
        return type.cast(value);
    }

    private static BadCallException wrong(Optional<String> id, String name, Object value, String expected) {
        return bad(
                id,
                Response.INVALID_PARAMS,
                "%s: found %s; expected %s".formatted(name, shown(Wire.encode(value)), expected));
    }

    /** An invalid request is answered in any case: it may be without an id because it is broken. */
    private static BadCallException bad(Optional<String> id, String message) {
        return new BadCallException(
                Optional.of(Response.error(id.orElse(null), Response.INVALID_REQUEST, message)), message);
    }

    private static BadCallException bad(int code, String message) {
        return new BadCallException(Optional.of(Response.error(null, code, message)), message);
    }

    private static BadCallException bad(Optional<String> id, int code, String message) {
        return new BadCallException(id.map(i -> Response.error(i, code, message)), message);
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
