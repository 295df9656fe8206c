package org.wguplink.core.lease;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.NetworkSnapshot;

/** Whom the holder of a lease asks for names, and whom a provider asks for it. */
public final class Resolvers {
    private Resolvers() {}

    /** In one answer. */
    public static final int MOST = 4;

    /** Quad9, of a provider that names none: an older one, or one that knows none itself. */
    private static final Map<Family, InetAddress> ELSE = Map.of(
            Family.IPV4, Addresses.parse("9.9.9.9"),
            Family.IPV6, Addresses.parse("2620:fe::fe"));

    /** Of a provider that knows none that its line reaches. */
    public static final Set<InetAddress> PUBLIC = Set.copyOf(ELSE.values());

    /**
     * The list itself, at most {@link #MOST} long. Another private address than the provider's own in the tunnel may be in use
     * at the consumer, and would lead its queries there.
     */
    static List<InetAddress> bounded(List<InetAddress> resolvers, TunnelAddresses tunnel) {
        if (resolvers.size() > MOST)
            throw new IllegalArgumentException("%d resolvers; at most %d".formatted(resolvers.size(), MOST));
        for (InetAddress resolver : resolvers)
            if (!Addresses.isPublic(resolver)
                    && !resolver.equals(tunnel.provider4())
                    && !resolver.equals(tunnel.provider6()))
                throw new IllegalArgumentException(
                        "resolver %s is neither public nor the provider's address in the tunnel"
                                .formatted(resolver.getHostAddress()));
        return List.copyOf(resolvers);
    }

    /**
     * Whom queries are led to while the lease's uplink is in use, one of each family. A provider that names none of a
     * family is itself asked in it, and refuses at once; so nothing leaves another way.
     */
    public static Set<InetAddress> of(LeaseAnswer.Grant grant) {
        return Stream.of(Family.values()).map(f -> resolver(grant, f)).collect(Collectors.toSet());
    }

    private static InetAddress resolver(LeaseAnswer.Grant grant, Family family) {
        if (grant.resolvers().isEmpty())
            return Optional.ofNullable(ELSE.get(family)).orElseThrow();
        return ofFamily(grant.resolvers().stream(), family)
                .orElse(
                        family == Family.IPV4
                                ? grant.addresses().provider4()
                                : grant.addresses().provider6());
    }

    /**
     * Whom a provider asks for its consumers: the first of each family that is reached by one of its WANs. One in its LAN is
     * not for consumers.
     */
    public static Set<InetAddress> behind(List<InetAddress> known, NetworkSnapshot network, Set<String> wans) {
        return Stream.of(Family.values())
                .flatMap(family -> ofFamily(
                        known.stream()
                                .filter(a -> Addresses.isHost(a) && !network.isOwn(a))
                                .filter(a -> network.towards(a)
                                        .filter(route -> wans.contains(route.device()))
                                        .isPresent()),
                        family)
                        .stream())
                .collect(Collectors.toSet());
    }

    private static Optional<InetAddress> ofFamily(Stream<InetAddress> resolvers, Family family) {
        return resolvers.filter(a -> Family.of(a) == family).findFirst();
    }
}
