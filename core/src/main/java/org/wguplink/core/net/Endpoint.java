package org.wguplink.core.net;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a WireGuard or mesh peer is reached.
 *
 * @param host a literal address (IPv6 without brackets) or a DNS name, 1 to 253 characters
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    public Endpoint {
        if (!host.matches("[0-9A-Za-z._:-]{1,253}"))
            throw new IllegalArgumentException("'%s' is not a host name or an address".formatted(host));
        if (host.indexOf(':') >= 0) Addresses.parse(host);
        if (port < 1 || port > 65535)
            throw new IllegalArgumentException("port %d; expected 1 to 65535".formatted(port));
    }

    public static Endpoint of(InetAddress address, int port) {
        return new Endpoint(address.getHostAddress(), port);
    }

    /**
     * Reads {@code host:port} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException when the port is missing or out of range, or an IPv6 address has no brackets
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || !port.matches("\\d{1,5}") || (!bracketed && host.indexOf(':') >= 0))
            throw new IllegalArgumentException(
                    "'%s' is not an endpoint; expected HOST:PORT or [IPV6]:PORT".formatted(text));
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /** The literal address, or empty when {@link #host} is a DNS name. */
    public Optional<InetAddress> address() {
        try {
            return Optional.of(Addresses.parse(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
