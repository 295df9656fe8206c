package org.wguplink.linux.netlink;

import static org.wguplink.linux.netlink.Rtnetlink.RTMSG_LENGTH;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.route.RouteTable;

/** Messages about links, addresses and routes as values. */
final class NetworkReader {
    private NetworkReader() {}

    private static final int RTNEXTHOP_LENGTH = 8;

    static void dumpLinks(MessageWriter writer) {
        writer.begin(Rtnetlink.RTM_GETLINK, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(0, 0)
                .u16(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .attributeU32(Rtnetlink.IFLA_EXT_MASK, Rtnetlink.RTEXT_FILTER_SKIP_STATS)
                .end();
    }

    /** One device, with its statistics. */
    static void askLink(MessageWriter writer, String device) {
        writer.begin(Rtnetlink.RTM_GETLINK, MessageWriter.REQUEST)
                .u8(0, 0)
                .u16(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .attribute(Rtnetlink.IFLA_IFNAME, device)
                .end();
    }

    static void dumpAddresses(MessageWriter writer) {
        writer.begin(Rtnetlink.RTM_GETADDR, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(0, 0, 0, 0)
                .u32(0)
                .end();
    }

    static void dumpMainRoutes(MessageWriter writer, Family family) {
        writer.begin(Rtnetlink.RTM_GETROUTE, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(Rtnetlink.number(family), 0, 0, 0, RouteTable.MAIN.id(), 0, 0, Rtnetlink.RTN_UNICAST)
                .u32(0)
                .end();
    }

    /** Empty for what is not a link of its own, such as a bridge's word on its port. */
    static Optional<Link> link(Message message) {
        if (message.u8(0) != 0) return Optional.empty();
        int flags = message.u32(8);
        Attributes attributes = message.attributes(Rtnetlink.IFINFO_LENGTH);
        return attributes
                .string(Rtnetlink.IFLA_IFNAME)
                .map(name -> new Link(
                        name,
                        message.u32(4),
                        (flags & Rtnetlink.IFF_UP) != 0,
                        (flags & Rtnetlink.IFF_LOWER_UP) != 0,
                        attributes.u32(Rtnetlink.IFLA_MTU).orElse(0)));
    }

    /** Such as {@code tun} or {@code wireguard}; empty for hardware. */
    static Optional<String> kind(Message message) {
        return message.attributes(Rtnetlink.IFINFO_LENGTH)
                .nested(Rtnetlink.IFLA_LINKINFO)
                .flatMap(info -> info.string(Rtnetlink.IFLA_INFO_KIND));
    }

    static Map<Integer, String> namesByIndex(List<Message> links) {
        var names = new LinkedHashMap<Integer, String>();
        for (Message message : links) link(message).ifPresent(link -> names.put(link.index(), link.name()));
        return names;
    }

    /** Empty when the address cannot be used: its duplicates are still looked for, or were found. */
    static Optional<DeviceAddress> address(Message message, IntFunction<@Nullable String> deviceName) {
        Attributes attributes = message.attributes(Rtnetlink.IFADDR_LENGTH);
        int flags = attributes.u32(Rtnetlink.IFA_FLAGS).orElse(message.u8(2));
        boolean tentative = (flags & Rtnetlink.IFA_F_TENTATIVE) != 0 && (flags & Rtnetlink.IFA_F_OPTIMISTIC) == 0;
        if (tentative || (flags & Rtnetlink.IFA_F_DADFAILED) != 0) return Optional.empty();
        Optional<InetAddress> address =
                attributes.address(Rtnetlink.IFA_LOCAL).or(() -> attributes.address(Rtnetlink.IFA_ADDRESS));
        Optional<String> device = Optional.ofNullable(deviceName.apply(message.u32(4)));
        if (address.isEmpty() || device.isEmpty()) return Optional.empty();
        return Optional.of(new DeviceAddress(device.get(), address.get(), message.u8(1)));
    }

    /** A route with several next hops becomes several routes; those of a device that is down are left out. */
    static List<MainRoute> mainRoutes(Message message, Family family, IntFunction<@Nullable String> deviceName) {
        Attributes attributes = message.attributes(RTMSG_LENGTH);
        if (message.u8(0) != Rtnetlink.number(family) || !isMainUnicast(message)) return List.of();
        InetNetwork destination = attributes
                .address(Rtnetlink.RTA_DST)
                .map(address -> InetNetwork.containing(address, message.u8(1)))
                .orElse(InetNetwork.any(family));
        long metric =
                Integer.toUnsignedLong(attributes.u32(Rtnetlink.RTA_PRIORITY).orElse(0));
        var routes = new ArrayList<MainRoute>();
        Optional<ByteBuffer> hops = attributes.find(Rtnetlink.RTA_MULTIPATH);
        if (hops.isPresent()) {
            addHops(hops.get(), destination, metric, deviceName, routes);
        } else if (attributes.u32(Rtnetlink.RTA_OIF).isPresent() && (message.u32(8) & Rtnetlink.RTNH_F_DEAD) == 0) {
            Optional.ofNullable(
                            deviceName.apply(attributes.u32(Rtnetlink.RTA_OIF).getAsInt()))
                    .ifPresent(device -> routes.add(new MainRoute(destination, device, gateway(attributes), metric)));
        }
        return routes;
    }

    static boolean isMainUnicast(Message message) {
        int table = message.attributes(RTMSG_LENGTH).u32(Rtnetlink.RTA_TABLE).orElse(message.u8(4));
        return table == RouteTable.MAIN.id()
                && message.u8(7) == Rtnetlink.RTN_UNICAST
                && (message.u32(8) & Rtnetlink.RTM_F_CLONED) == 0;
    }

    /** struct rtnexthop: length, flags, hops, device index; then attributes. */
    private static void addHops(
            ByteBuffer hops,
            InetNetwork destination,
            long metric,
            IntFunction<@Nullable String> deviceName,
            List<MainRoute> into) {
        int at = 0;
        while (at + RTNEXTHOP_LENGTH <= hops.limit()) {
            int length = Short.toUnsignedInt(hops.getShort(at));
            if (length < RTNEXTHOP_LENGTH || length > hops.limit() - at) return;
            boolean dead = (hops.get(at + 2) & Rtnetlink.RTNH_F_DEAD) != 0;
            Attributes attributes =
                    Attributes.parse(hops.slice(at, length).order(ByteOrder.nativeOrder()), RTNEXTHOP_LENGTH);
            Optional<String> device = Optional.ofNullable(deviceName.apply(hops.getInt(at + 4)));
            if (!dead && device.isPresent())
                into.add(new MainRoute(destination, device.get(), gateway(attributes), metric));
            at += (length + 3) & ~3;
        }
    }

    /** {@code RTA_VIA} (struct rtvia: family, address) is an IPv6 gateway of an IPv4 route, RFC 8950. */
    private static Optional<InetAddress> gateway(Attributes attributes) {
        return attributes
                .address(Rtnetlink.RTA_GATEWAY)
                .or(() -> attributes
                        .bytes(Rtnetlink.RTA_VIA)
                        .filter(via -> via.length == 18)
                        .map(via -> Addresses.of(Arrays.copyOfRange(via, 2, 18))));
    }
}
