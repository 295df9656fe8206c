package org.wguplink.core.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the web without TLS (RFC 9110 section 4.2.1).
 *
 * @param server where it is asked for
 * @param path with its query, at most {@link #LONGEST} printable characters of ASCII that begin with a slash
 */
public record HttpUrl(Endpoint server, String path) {
    public static final int LONGEST = 256;
    private static final int DEFAULT_PORT = 80;
    private static final Pattern URL =
            Pattern.compile("http://([^/?#@\\[\\]:]+|\\[[^\\]]*:[^\\]]*])(:\\d{1,5})?(/.*)?");

    public HttpUrl {
        if (!path.matches("/[!-~&&[^#]]{0,%d}".formatted(LONGEST - 1)))
            throw new IllegalArgumentException("'%s' is not a path of a page".formatted(path));
    }

    /**
     * Reads {@code http://HOST[:PORT][/PATH]}, an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static HttpUrl parse(String text) {
        Matcher url = URL.matcher(text);
        if (!url.matches()) throw new IllegalArgumentException("'%s' is not a URL of http".formatted(text));
        String port = url.group(2) == null ? ":" + DEFAULT_PORT : url.group(2);
        return new HttpUrl(Endpoint.parse(url.group(1) + port), url.group(3) == null ? "/" : url.group(3));
    }

    /** As it stands in the header field {@code Host}. */
    public String host() {
        String text = server.toString();
        return server.port() == DEFAULT_PORT ? text.substring(0, text.lastIndexOf(':')) : text;
    }

    @Override
    public String toString() {
        return "http://" + host() + path;
    }
}
