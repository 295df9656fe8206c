package org.wguplink.core.endpoint;

import java.util.Locale;
import java.util.Optional;

/** What network an endpoint is of, in the order of preference among those that are equally independent of a WAN. */
public enum EndpointKind {
    /** An address on the inner side, or a private one: of use to who shares that network, and to nobody else. */
    LAN,
    /** The address on the network that the mesh uses. */
    MESH,
    /** On the internet, by IPv4. */
    V4,
    /** On the internet, by IPv6. */
    V6;

    /** Reads the word of a document; empty for one that only newer nodes know. */
    public static Optional<EndpointKind> parse(String word) {
        for (EndpointKind kind : values()) if (kind.toString().equals(word)) return Optional.of(kind);
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
