package org.wguplink.core.lease;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;

/** The addresses of one lease, all private: the consumer's /32 and /128, and the provider's own two beside them. */
public record TunnelAddresses(
        InetAddress consumer4, InetAddress consumer6, InetAddress provider4, InetAddress provider6) {
    public TunnelAddresses {
        for (InetAddress v4 : new InetAddress[] {consumer4, provider4})
            if (Family.of(v4) != Family.IPV4 || !Addresses.isPrivate(v4))
                throw new IllegalArgumentException(v4.getHostAddress() + " is not a private IPv4 address (RFC 1918)");
        for (InetAddress v6 : new InetAddress[] {consumer6, provider6})
            if (Family.of(v6) != Family.IPV6 || !Addresses.isPrivate(v6))
                throw new IllegalArgumentException(v6.getHostAddress() + " is not a unique local address (RFC 4193)");
    }

    /** The first of the prefixes that one of the addresses lies in. */
    public Optional<InetNetwork> collision(Collection<InetNetwork> prefixes) {
        return prefixes.stream()
                .filter(p ->
                        Stream.of(consumer4, consumer6, provider4, provider6).anyMatch(p::contains))
                .findFirst();
    }
}
