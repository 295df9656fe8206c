package org.wguplink.core.health;

import java.util.Optional;
import org.wguplink.core.net.StatusLine;

/** What it tells of a path how a page is answered that is known to be empty: status 204 (RFC 9110 section 15.3.5). */
public enum PageAnswer {
    /** The page itself. */
    EXPECTED,
    /** Another page, the way to one, or the word that somebody must log in (status 511, RFC 6585 section 6). */
    PORTAL,
    /** An error of a server, or nothing of HTTP: the path may be as it should. */
    UNCLEAR;

    private static final int NO_CONTENT = 204;
    private static final int LOG_IN = 511;

    /**
     * @param beginning of the answer, each byte a character
     * @param last whether no more of it will come
     * @return empty when more of it is needed
     */
    public static Optional<PageAnswer> of(String beginning, boolean last) {
        Optional<StatusLine> line = StatusLine.of(beginning);
        if (line.isEmpty()) return last ? Optional.of(UNCLEAR) : Optional.empty();
        return Optional.of(line.get().status().map(PageAnswer::of).orElse(UNCLEAR));
    }

    /** As browsers judge it: an error of 4xx or 5xx may be the server's own. */
    private static PageAnswer of(int status) {
        if (status == NO_CONTENT) return EXPECTED;
        return status / 100 == 2 || status / 100 == 3 || status == LOG_IN ? PORTAL : UNCLEAR;
    }
}
