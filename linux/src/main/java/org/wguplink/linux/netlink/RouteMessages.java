package org.wguplink.linux.netlink;

import static org.wguplink.linux.netlink.Rtnetlink.RTA_DST;
import static org.wguplink.linux.netlink.Rtnetlink.RTA_GATEWAY;
import static org.wguplink.linux.netlink.Rtnetlink.RTA_METRICS;
import static org.wguplink.linux.netlink.Rtnetlink.RTA_OIF;
import static org.wguplink.linux.netlink.Rtnetlink.RTA_PRIORITY;
import static org.wguplink.linux.netlink.Rtnetlink.RTA_TABLE;
import static org.wguplink.linux.netlink.Rtnetlink.RTMSG_LENGTH;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RouteTable;

/** Our routes as messages of rtnetlink (struct rtmsg), and back. */
final class RouteMessages {
    private RouteMessages() {}

    /** What IPv6 makes of priority 0 ({@code IP6_RT_PRIO_USER}, linux/ipv6_route.h). */
    private static final long IPV6_DEFAULT_METRIC = 1024;

    /** Which metrics path MTU discovery must not change, by bit (linux/rtnetlink.h). */
    private static final int RTAX_LOCK = 1;

    private static final int RTAX_MTU = 2;

    private static final int LAST_OF_OURS = Layout.table(Layout.MAX_PATH).id() + 2;

    /** @param device index of the route's device, 0 when it has none */
    static void put(MessageWriter writer, Route route, int device) {
        writer.begin(
                Rtnetlink.RTM_NEWROUTE,
                MessageWriter.REQUEST | MessageWriter.ACK | MessageWriter.CREATE | MessageWriter.REPLACE);
        body(writer, route, device, scope(route), type(route.type()));
    }

    /** IPv4 compares the scope unless it is "nowhere"; IPv6 knows none. */
    static void delete(MessageWriter writer, Route route, int device) {
        writer.begin(Rtnetlink.RTM_DELROUTE, MessageWriter.REQUEST | MessageWriter.ACK);
        int scope = route.family() == Family.IPV4 ? Rtnetlink.RT_SCOPE_NOWHERE : Rtnetlink.RT_SCOPE_UNIVERSE;
        body(writer, route, device, scope, type(route.type()));
    }

    /** All routes of our protocol, of every table (filtered by kernels from 4.20 on). */
    static void dump(MessageWriter writer, Family family) {
        writer.begin(Rtnetlink.RTM_GETROUTE, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(Rtnetlink.number(family), 0, 0, 0, 0, Layout.PROTOCOL, 0, 0)
                .u32(0)
                .end();
    }

    /** A default route of ours in our tables, or one of ours to a host in main; empty for every other route. */
    static Optional<Route> decode(Message message, Family family, IntFunction<@Nullable String> deviceName) {
        boolean candidate = message.type() == Rtnetlink.RTM_NEWROUTE
                && message.u8(0) == Rtnetlink.number(family)
                && message.u8(5) == Layout.PROTOCOL
                && (message.u32(8) & Rtnetlink.RTM_F_CLONED) == 0;
        Optional<Route.Type> type = type(message.u8(7));
        if (!candidate || type.isEmpty()) return Optional.empty();
        Attributes attributes = message.attributes(RTMSG_LENGTH);
        int table = attributes.u32(RTA_TABLE).orElse(message.u8(4));
        boolean host = message.u8(1) == family.bits();
        if (!(host && table == RouteTable.MAIN.id()) && !(message.u8(1) == 0 && isOurs(table))) return Optional.empty();
        InetNetwork destination = attributes
                .address(RTA_DST)
                .filter(address -> host)
                .map(InetNetwork::host)
                .orElse(InetNetwork.any(family));
        long metric = Integer.toUnsignedLong(attributes.u32(RTA_PRIORITY).orElse(0));
        OptionalInt index = attributes.u32(RTA_OIF);
        boolean unicast = type.get() == Route.Type.UNICAST;
        Optional<String> device = unicast && index.isPresent()
                ? Optional.ofNullable(deviceName.apply(index.getAsInt()))
                : Optional.empty();
        if (unicast && device.isEmpty()) return Optional.empty();
        Optional<InetAddress> gateway = unicast ? attributes.address(RTA_GATEWAY) : Optional.empty();
        Optional<Integer> mtu = attributes
                .nested(RTA_METRICS)
                .flatMap(m -> m.u32(RTAX_MTU).stream().boxed().findFirst());
        return Optional.of(normal(
                new Route(family, new RouteTable(table), type.get(), destination, device, gateway, metric, mtu)));
    }

    /** The route with the kernel's default metric written as 0. */
    static Route normal(Route route) {
        return route.family() == Family.IPV6 && route.metric() == IPV6_DEFAULT_METRIC
                ? new Route(
                        route.family(),
                        route.table(),
                        route.type(),
                        route.destination(),
                        route.device(),
                        route.gateway(),
                        0,
                        route.mtu())
                : route;
    }

    static boolean isOurs(int table) {
        return table >= Layout.ACTIVE.id() && table <= LAST_OF_OURS;
    }

    private static void body(MessageWriter writer, Route route, int device, int scope, int type) {
        // a gateway is taken to be on the device's link: it may lie outside of every prefix that main knows there
        int flags = route.gateway().isPresent() ? Rtnetlink.RTNH_F_ONLINK : 0;
        int length = route.destination().prefixLength();
        writer.u8(Rtnetlink.number(route.family()), length, 0, 0, 0, Layout.PROTOCOL, scope, type)
                .u32(flags)
                .attribute(RTA_DST, route.destination().address())
                .attributeU32(RTA_TABLE, route.table().id());
        route.gateway().ifPresent(gateway -> writer.attribute(RTA_GATEWAY, gateway));
        if (device != 0) writer.attributeU32(RTA_OIF, device);
        if (route.metric() != 0) writer.attributeU32(RTA_PRIORITY, (int) route.metric());
        route.mtu().ifPresent(mtu -> {
            int metrics = writer.beginNested(RTA_METRICS);
            writer.attributeU32(RTAX_LOCK, 1 << RTAX_MTU)
                    .attributeU32(RTAX_MTU, mtu)
                    .endNested(metrics);
        });
        writer.end();
    }

    private static int scope(Route route) {
        boolean onLink = route.family() == Family.IPV4
                && route.type() == Route.Type.UNICAST
                && route.gateway().isEmpty();
        return onLink ? Rtnetlink.RT_SCOPE_LINK : Rtnetlink.RT_SCOPE_UNIVERSE;
    }

    private static int type(Route.Type type) {
        return switch (type) {
            case UNICAST -> Rtnetlink.RTN_UNICAST;
            case UNREACHABLE -> 7;
            case PROHIBIT -> 8;
            case THROW -> 9;
        };
    }

    private static Optional<Route.Type> type(int number) {
        for (Route.Type type : Route.Type.values()) if (type(type) == number) return Optional.of(type);
        return Optional.empty();
    }
}
