package org.wguplink.core.net;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of an answer of HTTP/1 (RFC 9112 section 4).
 *
 * @param status three digits; empty when the line is nothing of HTTP
 */
public record StatusLine(Optional<Integer> status) {
    private static final Pattern LINE = Pattern.compile("HTTP/1\\.\\d (\\d{3})( .*)?");

    /**
     * @param beginning of the answer, each byte a character
     * @return empty when the line has not ended yet
     */
    public static Optional<StatusLine> of(String beginning) {
        int end = beginning.indexOf('\n');
        if (end < 0) return Optional.empty();
        Matcher line = LINE.matcher(beginning.substring(0, end).stripTrailing());
        return Optional.of(
                new StatusLine(line.matches() ? Optional.of(Integer.parseInt(line.group(1))) : Optional.empty()));
    }
}
