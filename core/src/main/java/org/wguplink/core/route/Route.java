package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;

/**
 * A default route in one of our tables, or the narrower route to a consumer that is beside the connected one in main.
 *
 * @param type {@code RTN_UNICAST} goes out by {@code device}; the others end the look-up
 * @param metric route priority, 0 to 4294967295; IPv6 turns 0 into 1024, so 0 stands for "the kernel's default"
 * @param mtu of packets that take it, 1200 to 1500, locked: path MTU discovery leaves it as it is
 */
public record Route(
        Family family,
        RouteTable table,
        Type type,
        InetNetwork destination,
        Optional<String> device,
        Optional<InetAddress> gateway,
        long metric,
        Optional<Integer> mtu) {
    /** The kernel's route types that we use (linux/rtnetlink.h). */
    public enum Type {
        UNICAST,
        UNREACHABLE,
        PROHIBIT,
        THROW
    }

    public Route {
        if (type == Type.UNICAST && device.isEmpty())
            throw new IllegalArgumentException("a unicast route names a device");
        if (type != Type.UNICAST && (device.isPresent() || gateway.isPresent()))
            throw new IllegalArgumentException("a route of type %s has no device or gateway".formatted(type));
    }

    public static Route via(Family family, RouteTable table, String device, Optional<InetAddress> gateway) {
        return new Route(
                family,
                table,
                Type.UNICAST,
                InetNetwork.any(family),
                Optional.of(device),
                gateway,
                0,
                Optional.empty());
    }

    /** The same for packets that are no larger; what is empty changes nothing. */
    public Route withMtu(Optional<Integer> bytes) {
        return new Route(family, table, type, destination, device, gateway, metric, bytes);
    }

    public static Route ending(Family family, RouteTable table, Type type, long metric) {
        return new Route(
                family,
                table,
                type,
                InetNetwork.any(family),
                Optional.empty(),
                Optional.empty(),
                metric,
                Optional.empty());
    }

    /** To a consumer behind a path that is narrower than the interface. */
    public static Route toConsumer(InetAddress consumer, String device, int mtu) {
        return new Route(
                Family.of(consumer),
                RouteTable.MAIN,
                Type.UNICAST,
                InetNetwork.host(consumer),
                Optional.of(device),
                Optional.empty(),
                0,
                Optional.of(mtu));
    }

    /** As {@code ip route} prints it. */
    @Override
    public String toString() {
        var text = new StringBuilder(family == Family.IPV6 ? "-6 " : "");
        if (type != Type.UNICAST)
            text.append(type.name().toLowerCase(Locale.ROOT)).append(' ');
        text.append(destination.prefixLength() == 0 ? "default" : destination);
        gateway.ifPresent(g -> text.append(" via ").append(g.getHostAddress()));
        device.ifPresent(d -> text.append(" dev ").append(d));
        text.append(" table ").append(table.id());
        if (metric != 0) text.append(" metric ").append(metric);
        mtu.ifPresent(m -> text.append(" mtu lock ").append(m));
        return text.toString();
    }
}
