package org.wguplink.core.lease;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.InetNetwork;

/**
 * Chooses the addresses of leases. A provider has its addresses at the lower end of private networks of its own, {@code
 * x.y.z.1/24} and {@code fdxx::1/64}, and its consumers theirs in the same networks. Where a network would collide with
 * what the consumer or the provider already uses, the next is tried: first 10.192.0.0/10 (seldom used), then
 * 172.16.0.0/12 and 192.168.0.0/16; for IPv6 a unique local prefix (RFC 4193), of which each provider has its own.
 *
 * @param seed spreads providers over the networks, so that two of them seldom choose the same; any number
 */
public record AddressPool(int seed) {
    private static final List<Range> RANGES =
            List.of(new Range(0x0ac00000, 1 << 14), new Range(0xac100000, 1 << 12), new Range(0xc0a80000, 1 << 8));
    private static final int HOSTS = 253;
    /** Of a provider's own test: never leased. */
    private static final int RESERVED4 = 254;

    private static final int RESERVED6 = 0xfffe;
    private static final int V6_TRIES = 64;

    /** {@code count} networks of /24 from {@code first} on. */
    private record Range(int first, int count) {
        InetNetwork whole() {
            return InetNetwork.containing(network(0).address(), 24 - (31 - Integer.numberOfLeadingZeros(count)));
        }

        InetNetwork network(int index) {
            int base = first + (index << 8);
            return new InetNetwork(
                    Addresses.of(new byte[] {(byte) (base >> 24), (byte) (base >> 16), (byte) (base >> 8), 0}), 24);
        }
    }

    /**
     * Addresses for a new lease.
     *
     * @param avoid what the consumer and the provider use; of the provider's, not the networks of its own leases
     * @param taken consumers' addresses that are leased now
     * @return empty when every network collides or is full
     */
    public Optional<TunnelAddresses> assign(Collection<InetNetwork> avoid, Collection<TunnelAddresses> taken) {
        Set<InetAddress> used = new HashSet<>();
        for (TunnelAddresses addresses : taken) {
            used.add(addresses.consumer4());
            used.add(addresses.consumer6());
        }
        for (Range range : RANGES) {
            // a peer sends the prefixes: what lies elsewhere must not cost a look for every network
            List<InetNetwork> here =
                    avoid.stream().filter(range.whole()::overlaps).toList();
            for (int i = 0; i < range.count; i++) {
                InetNetwork network4 = range.network(Math.floorMod(seed + i, range.count));
                if (collides(network4, here)) continue;
                for (int host = 2; host <= HOSTS; host++) {
                    InetAddress consumer4 = host(network4, host);
                    if (used.contains(consumer4)) continue;
                    Optional<InetNetwork> network6 = network6(avoid);
                    if (network6.isEmpty()) return Optional.empty();
                    int host6 = 2;
                    while (used.contains(host(network6.get(), host6))) host6++;
                    return Optional.of(new TunnelAddresses(
                            consumer4, host(network6.get(), host6), host(network4, 1), host(network6.get(), 1)));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Addresses that are never leased, in the networks where leases are: with them a provider tries its own service.
     *
     * @param avoid what the provider uses, without the networks of its own leases
     */
    public Optional<TunnelAddresses> reserved(Collection<InetNetwork> avoid) {
        Optional<InetNetwork> network6 = network6(avoid);
        if (network6.isEmpty()) return Optional.empty();
        for (Range range : RANGES)
            for (int i = 0; i < range.count; i++) {
                InetNetwork network4 = range.network(Math.floorMod(seed + i, range.count));
                if (!collides(network4, avoid))
                    return Optional.of(new TunnelAddresses(
                            host(network4, RESERVED4),
                            host(network6.get(), RESERVED6),
                            host(network4, 1),
                            host(network6.get(), 1)));
            }
        return Optional.empty();
    }

    private Optional<InetNetwork> network6(Collection<InetNetwork> avoid) {
        for (int i = 0; i < V6_TRIES; i++) {
            byte[] bytes = new byte[16];
            bytes[0] = (byte) 0xfd;
            long mixed = (seed * 0x9e3779b97f4a7c15L) ^ 0x5bd1e995;
            for (int b = 1; b < 6; b++) bytes[b] = (byte) (mixed >> (8 * b));
            bytes[7] = (byte) i;
            var network = new InetNetwork(Addresses.of(bytes), 64);
            if (!collides(network, avoid)) return Optional.of(network);
        }
        return Optional.empty();
    }

    private static boolean collides(InetNetwork network, Collection<InetNetwork> avoid) {
        return avoid.stream().anyMatch(network::overlaps);
    }

    private static InetAddress host(InetNetwork network, int number) {
        byte[] bytes = network.address().getAddress();
        bytes[bytes.length - 2] += (byte) (bytes.length == 16 ? number >> 8 : 0);
        bytes[bytes.length - 1] = (byte) number;
        return Addresses.of(bytes);
    }
}
