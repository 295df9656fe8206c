package org.wguplink.linux.netlink;

import static org.wguplink.linux.netlink.Rtnetlink.RTMSG_LENGTH;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;

/**
 * Watches the kernel's links, addresses, routes and rules, and reads them. It hears changes from its construction on:
 * take the first snapshot after that, and none is missed. For one thread.
 */
public final class KernelNetwork implements AutoCloseable {
    private static final int GROUPS = Rtnetlink.RTMGRP_LINK
            | Rtnetlink.RTMGRP_IPV4_IFADDR
            | Rtnetlink.RTMGRP_IPV6_IFADDR
            | Rtnetlink.RTMGRP_IPV4_ROUTE
            | Rtnetlink.RTMGRP_IPV6_ROUTE
            | Rtnetlink.RTMGRP_IPV4_RULE
            | Rtnetlink.RTMGRP_IPV6_RULE;

    private final NetlinkSocket subscription;
    private final NetlinkSocket requests;

    public KernelNetwork() throws OsException {
        subscription = new NetlinkSocket("network events", NetlinkSocket.ROUTE, GROUPS);
        try {
            requests = new NetlinkSocket("network", NetlinkSocket.ROUTE, 0);
        } catch (OsException e) {
            subscription.close();
            throw e;
        }
    }

    /** Readable when {@link #readEvents} has something. */
    public int fd() {
        return subscription.fd();
    }

    /** All changes since the last call, in order, each once; never blocks. */
    public List<NetworkEvent> readEvents() throws OsException {
        Set<NetworkEvent> events = new LinkedHashSet<>();
        while (true) {
            try {
                List<Message> messages = subscription.receive();
                if (messages.isEmpty()) return List.copyOf(events);
                for (Message message : messages)
                    event(message).ifPresent(event -> {
                        // the last word on a link counts
                        events.remove(event);
                        events.add(event);
                    });
            } catch (OsException e) {
                if (e.errno() != Errno.ENOBUFS) throw e;
                events.add(new NetworkEvent.Overrun());
            }
        }
    }

    /** Links, usable addresses, and unicast routes of the main table. */
    public NetworkSnapshot snapshot() throws OsException {
        NetworkReader.dumpLinks(requests.writer().clear());
        List<Message> linkMessages = requests.dump("read", "links");
        Map<Integer, String> names = NetworkReader.namesByIndex(linkMessages);
        Map<String, Link> links = new LinkedHashMap<>();
        for (Message message : linkMessages)
            NetworkReader.link(message).ifPresent(link -> links.put(link.name(), link));

        NetworkReader.dumpAddresses(requests.writer().clear());
        List<DeviceAddress> addresses = new ArrayList<>();
        for (Message message : requests.dump("read", "addresses"))
            NetworkReader.address(message, names::get).ifPresent(addresses::add);

        List<MainRoute> routes = new ArrayList<>();
        for (Family family : Family.values()) {
            NetworkReader.dumpMainRoutes(requests.writer().clear(), family);
            for (Message message : requests.dump("read routes of", "main, " + family))
                routes.addAll(NetworkReader.mainRoutes(message, family, names::get));
        }
        return new NetworkSnapshot(links, addresses, routes);
    }

    /** What a device has carried; empty when there is none. */
    public Optional<LinkTraffic> traffic(String device) throws OsException {
        NetworkReader.askLink(requests.writer().clear(), device);
        try {
            return LinkTraffic.of(requests.ask("read traffic of", device));
        } catch (OsException e) {
            if (e.errno() == Errno.ENODEV) return Optional.empty();
            throw e;
        }
    }

    /** The device by which a packet with this mark would leave now; empty when there is no way. */
    public Optional<String> deviceTowards(InetAddress destination, FwMark mark) throws OsException {
        lookUp(requests.writer().clear(), destination, mark);
        try {
            Message route = requests.ask("look up route to", destination.getHostAddress());
            if (route.u8(7) != Rtnetlink.RTN_UNICAST) return Optional.empty();
            var device = route.attributes(RTMSG_LENGTH).u32(Rtnetlink.RTA_OIF);
            return device.isPresent() ? requests.devices().name(device.getAsInt()) : Optional.empty();
        } catch (OsException e) {
            return switch (e.errno()) {
                // no route, unreachable, prohibit, blackhole, and a device that is down
                case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES, Errno.EINVAL, Errno.ENETDOWN ->
                    Optional.empty();
                default -> throw e;
            };
        }
    }

    @Override
    public void close() {
        subscription.close();
        requests.close();
    }

    static void lookUp(MessageWriter writer, InetAddress destination, FwMark mark) {
        Family family = Family.of(destination);
        writer.begin(Rtnetlink.RTM_GETROUTE, MessageWriter.REQUEST)
                .u8(Rtnetlink.number(family), family.bits(), 0, 0, 0, 0, 0, 0)
                .u32(0)
                .attribute(Rtnetlink.RTA_DST, destination)
                .attributeU32(Rtnetlink.RTA_MARK, mark.value())
                .end();
    }

    private static Optional<NetworkEvent> event(Message message) {
        return switch (message.type()) {
            case Rtnetlink.RTM_NEWLINK -> NetworkReader.link(message).map(NetworkEvent.LinkChanged::new);
            case Rtnetlink.RTM_DELLINK ->
                NetworkReader.link(message).map(link -> new NetworkEvent.LinkGone(link.name()));
            case Rtnetlink.RTM_NEWADDR, Rtnetlink.RTM_DELADDR -> Optional.of(new NetworkEvent.AddressesChanged());
            case Rtnetlink.RTM_NEWROUTE, Rtnetlink.RTM_DELROUTE -> routeEvent(message);
            case Rtnetlink.RTM_NEWRULE, Rtnetlink.RTM_DELRULE ->
                causedByUs(message) ? Optional.empty() : Optional.of(new NetworkEvent.RulesChanged());
            default -> Optional.empty();
        };
    }

    private static Optional<NetworkEvent> routeEvent(Message message) {
        if (causedByUs(message)) return Optional.empty();
        int table = message.attributes(RTMSG_LENGTH).u32(Rtnetlink.RTA_TABLE).orElse(message.u8(4));
        if (RouteMessages.isOurs(table)) return Optional.of(new NetworkEvent.RulesChanged());
        boolean relevant = NetworkReader.isMainUnicast(message) && message.u8(5) != Layout.PROTOCOL;
        return relevant ? Optional.of(new NetworkEvent.MainRoutesChanged()) : Optional.empty();
    }

    /** By the port of the request's socket; the protocol number would also hide what others do to what is ours. */
    private static boolean causedByUs(Message message) {
        return message.portId() != 0 && NetlinkSocket.isOwnPort(message.portId());
    }
}
