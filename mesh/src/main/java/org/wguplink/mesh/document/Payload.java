package org.wguplink.mesh.document;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * JSON inside a document. Reading is in two steps: a record of plain texts and numbers with the JSON's names, then the
 * domain's own records, whose constructors check the bounds; every failure of either becomes one exception.
 */
public final class Payload {
    private static final Jsonb JSONB = Jsonb.builder().build();

    /** Ours need 3. */
    private static final int MAX_DEPTH = 8;

    private Payload() {}

    /** Turns the plain record into the domain's. */
    public interface Reading<J, T> {
        T read(J json) throws DocumentException;
    }

    public static String write(Object json) {
        return JSONB.toJson(json);
    }

    /** @param what the document's name in messages */
    public static <J, T> T read(String what, Class<J> type, String payload, Reading<J, T> reading)
            throws DocumentException {
        checkDepth(what, payload);
        try {
            J json = JSONB.type(type).fromJson(payload);
            if (json == null) throw new DocumentException(what + ": null");
            return reading.read(json);
        } catch (JsonException
                | IllegalStateException
                | IllegalArgumentException
                | DateTimeException
                | ArithmeticException
                | IndexOutOfBoundsException e) {
            throw new DocumentException(
                    "%s: %s".formatted(what, DocumentException.quote(String.valueOf(e.getMessage()))));
        }
    }

    /** The parser skips unknown members by recursion: without this a signed document could end its thread's stack. */
    private static void checkDepth(String what, String payload) throws DocumentException {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < payload.length(); i++) {
            char c = payload.charAt(i);
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (!quoted && (c == '{' || c == '[')) depth++;
            else if (!quoted && (c == '}' || c == ']')) depth--;
            if (depth > MAX_DEPTH) throw new DocumentException("%s: nested too deeply".formatted(what));
        }
    }

    /** The value of a member that must be there. */
    public static <T> T need(String name, @Nullable T value) throws DocumentException {
        if (value == null) throw new DocumentException("'%s' is missing".formatted(name));
        return value;
    }

    /** A moment in ISO 8601 with a {@code Z}, in the years 1970 to 9999. */
    public static Instant moment(String name, @Nullable String text) throws DocumentException {
        String iso = need(name, text);
        if (!iso.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{5,18}Z"))
            throw new DocumentException("'%s' is '%s'; expected a time as 2026-02-28T12:00:00Z"
                    .formatted(name, DocumentException.quote(iso)));
        return Instant.parse(iso);
    }
}
