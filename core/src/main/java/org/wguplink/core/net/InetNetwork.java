package org.wguplink.core.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP prefix such as {@code 10.1.3.0/24}; a single address is a /32 or /128.
 *
 * @param address the network address: bits below the prefix are zero
 * @param prefixLength 0 to 32 (IPv4) or 128 (IPv6)
 */
public record InetNetwork(InetAddress address, int prefixLength) {
    /** Unique local addresses of IPv6, as private as those of RFC 1918 (RFC 4193). */
    public static final InetNetwork UNIQUE_LOCAL = parse("fc00::/7");

    /** Where all addresses of IPv6 on the internet lie (RFC 4291, section 2.4; IANA has given out no other). */
    public static final InetNetwork GLOBAL_UNICAST = parse("2000::/3");

    public InetNetwork {
        int bits = Family.of(address).bits();
        if (prefixLength < 0 || prefixLength > bits)
            throw new IllegalArgumentException(
                    "prefix length %d of %s; expected 0 to %d".formatted(prefixLength, address.getHostAddress(), bits));
        if (!masked(address, prefixLength).equals(address))
            throw new IllegalArgumentException(
                    "%s/%d has bits set below its prefix".formatted(address.getHostAddress(), prefixLength));
    }

    /** The single-address prefix of {@code address}. */
    public static InetNetwork host(InetAddress address) {
        return new InetNetwork(address, Family.of(address).bits());
    }

    /** The prefix that {@code address} is in: lower bits are cleared. */
    public static InetNetwork containing(InetAddress address, int prefixLength) {
        return new InetNetwork(masked(address, prefixLength), prefixLength);
    }

    /** The whole address space: 0.0.0.0/0 or ::/0. */
    public static InetNetwork any(Family family) {
        return parse(family == Family.IPV4 ? "0.0.0.0/0" : "::/0");
    }

    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/LENGTH}.
     *
     * @throws IllegalArgumentException when it is not a literal address with a valid length
     */
    public static InetNetwork parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) return host(address);
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}"))
            throw new IllegalArgumentException("'%s': expected ADDRESS/LENGTH".formatted(text));
        return new InetNetwork(address, Integer.parseInt(length));
    }

    public Family family() {
        return Family.of(address);
    }

    /** Whether the two prefixes share an address. */
    public boolean overlaps(InetNetwork other) {
        if (family() != other.family()) return false;
        int shorter = Math.min(prefixLength, other.prefixLength);
        return masked(address, shorter).equals(masked(other.address, shorter));
    }

    public boolean contains(InetAddress candidate) {
        return Family.of(candidate) == family()
                && masked(candidate, prefixLength).equals(address);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }

    private static InetAddress masked(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int keep = Math.clamp(prefixLength - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> keep);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of a valid length", e);
        }
    }
}
