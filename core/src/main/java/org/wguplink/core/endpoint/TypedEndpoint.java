package org.wguplink.core.endpoint;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;

/**
 * An endpoint, and the network that it is of. Its host is a literal address that a host can have; one of kind {@code v4}
 * or {@code v6} may be a name instead, which stands for its addresses of that family.
 */
public record TypedEndpoint(EndpointKind kind, Endpoint endpoint) {
    /** Endpoints that one document may list. */
    public static final int MOST = 8;

    private static final InetAddress BROADCAST = Addresses.parse("255.255.255.255");

    public TypedEndpoint {
        Optional<InetAddress> address = endpoint.address();
        if (address.isEmpty() && family(kind).isEmpty())
            throw new IllegalArgumentException("a %s endpoint is a literal address, not %s".formatted(kind, endpoint));
        if (address.isPresent() && !fits(kind, address.get()))
            throw new IllegalArgumentException("%s is not of kind %s".formatted(endpoint, kind));
    }

    /** Reads {@code KIND HOST:PORT}; empty when the kind is one that only newer nodes know. */
    public static Optional<TypedEndpoint> parse(String text) {
        int space = text.indexOf(' ');
        if (space < 1 || space > 16)
            throw new IllegalArgumentException("'%s' is not a typed endpoint; expected KIND HOST:PORT".formatted(text));
        Endpoint endpoint = Endpoint.parse(text.substring(space + 1));
        return EndpointKind.parse(text.substring(0, space)).map(kind -> new TypedEndpoint(kind, endpoint));
    }

    /** What a document without a list means: its one endpoint, which was that on the mesh. */
    public static List<TypedEndpoint> orElse(List<TypedEndpoint> listed, Endpoint only) {
        if (!listed.isEmpty()) return listed;
        if (only.address().isPresent())
            return fits(EndpointKind.MESH, only.address().get())
                    ? List.of(new TypedEndpoint(EndpointKind.MESH, only))
                    : List.of();
        return List.of(new TypedEndpoint(EndpointKind.V4, only), new TypedEndpoint(EndpointKind.V6, only));
    }

    /** The list itself, at most {@link #MOST} long. */
    public static List<TypedEndpoint> bounded(List<TypedEndpoint> endpoints) {
        if (endpoints.size() > MOST)
            throw new IllegalArgumentException("%d endpoints; at most %d".formatted(endpoints.size(), MOST));
        return List.copyOf(endpoints);
    }

    /** The same endpoint at an address of its name; empty when the address is none that this kind may have. */
    public Optional<TypedEndpoint> at(InetAddress address) {
        return fits(kind, address)
                ? Optional.of(new TypedEndpoint(kind, Endpoint.of(address, endpoint.port())))
                : Optional.empty();
    }

    /** The family that the kind asks for. */
    public static Optional<Family> family(EndpointKind kind) {
        return switch (kind) {
            case V4 -> Optional.of(Family.IPV4);
            case V6 -> Optional.of(Family.IPV6);
            case LAN, MESH -> Optional.empty();
        };
    }

    /** One host's address, and of the kind's family: whoever names another would have us send anywhere. */
    static boolean fits(EndpointKind kind, InetAddress address) {
        boolean host = !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress()
                && !address.equals(BROADCAST);
        return host && family(kind).map(f -> f == Family.of(address)).orElse(true);
    }

    @Override
    public String toString() {
        return kind + " " + endpoint;
    }
}
