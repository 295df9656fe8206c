package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.wguplink.core.net.Family;

/**
 * A default route in one of our tables.
 *
 * @param type {@code RTN_UNICAST} goes out by {@code device}; the others end the look-up
 * @param metric route priority, 0 to 4294967295; IPv6 turns 0 into 1024, so 0 stands for "the kernel's default"
 */
public record Route(
        Family family,
        RouteTable table,
        Type type,
        Optional<String> device,
        Optional<InetAddress> gateway,
        long metric) {
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
        return new Route(family, table, Type.UNICAST, Optional.of(device), gateway, 0);
    }

    public static Route ending(Family family, RouteTable table, Type type, long metric) {
        return new Route(family, table, type, Optional.empty(), Optional.empty(), metric);
    }

    /** As {@code ip route} prints it. */
    @Override
    public String toString() {
        var text = new StringBuilder(family == Family.IPV6 ? "-6 " : "");
        if (type != Type.UNICAST)
            text.append(type.name().toLowerCase(Locale.ROOT)).append(' ');
        text.append("default");
        gateway.ifPresent(g -> text.append(" via ").append(g.getHostAddress()));
        device.ifPresent(d -> text.append(" dev ").append(d));
        text.append(" table ").append(table.id());
        if (metric != 0) text.append(" metric ").append(metric);
        return text.toString();
    }
}
