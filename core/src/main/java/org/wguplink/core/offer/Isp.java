package org.wguplink.core.offer;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;

/**
 * Whose line it is: nodes that have a mark in common are customers of one ISP, and may lose their lines together. Without
 * one in common nothing is known.
 *
 * @param marks at most {@value #MOST}, each of 1 to {@value #LONGEST} characters, in lower case: the ISP's name, and public
 *     networks of the line
 */
public record Isp(Set<String> marks) {
    public static final int MOST = 4;
    public static final int LONGEST = 64;
    public static final Isp UNKNOWN = new Isp(Set.of());

    /** Shared by all carriers that translate addresses (RFC 6598), and so no mark of any. */
    private static final InetNetwork CARRIER_NAT = InetNetwork.parse("100.64.0.0/10");
    /** The smallest that is routed by itself. */
    private static final int NETWORK_V4 = 24;
    /** What an ISP gets (RIPE-738, section 5.1). */
    private static final int NETWORK_V6 = 32;

    public Isp {
        if (marks.size() > MOST)
            throw new IllegalArgumentException("%d marks of an ISP; expected at most %d".formatted(marks.size(), MOST));
        for (String mark : marks) checkMark(mark);
        marks = Set.copyOf(marks.stream().map(m -> m.toLowerCase(Locale.ROOT)).collect(Collectors.toSet()));
    }

    /** @throws IllegalArgumentException when it is none */
    public static String checkMark(String mark) {
        if (mark.isBlank() || mark.length() > LONGEST || mark.chars().anyMatch(c -> c < ' ' || c == 0x7f))
            throw new IllegalArgumentException("an ISP's name has 1 to %d printable characters".formatted(LONGEST));
        return mark;
    }

    /**
     * That of the own line.
     *
     * @param name what the user says
     * @param wans devices of the own WANs
     * @param seen addresses at which others see this node, where they are not its own
     */
    public static Isp of(
            Optional<String> name, NetworkSnapshot network, Collection<String> wans, Collection<InetAddress> seen) {
        Stream<InetAddress> addresses = network.addresses().stream()
                .filter(a -> wans.contains(a.device()))
                .map(DeviceAddress::address);
        Stream<String> networks = Stream.concat(addresses, seen.stream())
                .filter(Isp::isPublic)
                .map(a -> InetNetwork.containing(a, a instanceof Inet6Address ? NETWORK_V6 : NETWORK_V4)
                        .toString());
        return new Isp(
                Stream.concat(name.stream(), networks).distinct().limit(MOST).collect(Collectors.toSet()));
    }

    private static boolean isPublic(InetAddress address) {
        return address instanceof Inet6Address
                ? InetNetwork.GLOBAL_UNICAST.contains(address)
                : !Addresses.isPrivate(address)
                        && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress()
                        && !CARRIER_NAT.contains(address);
    }

    /** What the two have in common. */
    public Optional<String> sharedWith(Isp other) {
        return new TreeSet<>(marks).stream().filter(other.marks::contains).findFirst();
    }
}
