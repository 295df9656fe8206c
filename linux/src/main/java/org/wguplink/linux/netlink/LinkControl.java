package org.wguplink.linux.netlink;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.linux.ffi.OsException;

/** Creates, adjusts and deletes devices and their addresses. Not thread-safe. */
public final class LinkControl implements AutoCloseable {
    private static final int EDIT = MessageWriter.REQUEST | MessageWriter.ACK;

    private final NetlinkSocket socket;

    public LinkControl() throws OsException {
        socket = new NetlinkSocket("links", NetlinkSocket.ROUTE, 0);
    }

    public boolean exists(String device) throws OsException {
        return socket.devices().index(device).isPresent();
    }

    /** The device as it is now. */
    public Optional<Link> link(String device) throws OsException {
        NetworkReader.dumpLinks(socket.writer().clear());
        for (Message message : socket.dump("read", "links")) {
            Optional<Link> link =
                    NetworkReader.link(message).filter(l -> l.name().equals(device));
            if (link.isPresent()) return link;
        }
        return Optional.empty();
    }

    public void setMtu(String device, int mtu) throws OsException {
        setMtu(socket.writer().clear(), socket.devices().indexOf(device), mtu);
        socket.execute("set MTU %d of".formatted(mtu), device);
    }

    public void setUp(String device) throws OsException {
        setUp(socket.writer().clear(), socket.devices().indexOf(device));
        socket.execute("set up", device);
    }

    /** The kernel module must be there: else EOPNOTSUPP. */
    public void createWireGuard(String device) throws OsException {
        create(socket.writer().clear(), device, "wireguard");
        socket.execute("create WireGuard interface", device);
    }

    /** @throws OsException ENODEV when there is none */
    public void delete(String device) throws OsException {
        delete(socket.writer().clear(), socket.devices().indexOf(device));
        socket.execute("delete", device);
    }

    /** Adds the address, or leaves it as it is. An IPv6 address can be used at once: no duplicates are looked for. */
    public void addAddress(DeviceAddress address) throws OsException {
        addAddress(socket.writer().clear(), socket.devices().indexOf(address.device()), address);
        socket.execute("add %s to".formatted(text(address)), address.device());
    }

    public void deleteAddress(DeviceAddress address) throws OsException {
        deleteAddress(socket.writer().clear(), socket.devices().indexOf(address.device()), address);
        socket.execute("delete %s from".formatted(text(address)), address.device());
    }

    public List<DeviceAddress> addresses(String device) throws OsException {
        int index = socket.devices().indexOf(device);
        NetworkReader.dumpAddresses(socket.writer().clear());
        var addresses = new ArrayList<DeviceAddress>();
        for (Message message : socket.dump("read addresses of", device))
            NetworkReader.address(message, i -> i == index ? device : null).ifPresent(addresses::add);
        return addresses;
    }

    /** Devices that are not hardware, with their kind: {@code tun}, {@code wireguard}, {@code veth} and so on. */
    public Map<String, String> kinds() throws OsException {
        NetworkReader.dumpLinks(socket.writer().clear());
        var kinds = new LinkedHashMap<String, String>();
        for (Message message : socket.dump("read", "links"))
            NetworkReader.link(message)
                    .ifPresent(link -> NetworkReader.kind(message).ifPresent(kind -> kinds.put(link.name(), kind)));
        return kinds;
    }

    @Override
    public void close() {
        socket.close();
    }

    static void setMtu(MessageWriter writer, int index, int mtu) {
        linkHeader(writer.begin(Rtnetlink.RTM_NEWLINK, EDIT), index, 0, 0)
                .attributeU32(Rtnetlink.IFLA_MTU, mtu)
                .end();
    }

    static void setUp(MessageWriter writer, int index) {
        linkHeader(writer.begin(Rtnetlink.RTM_NEWLINK, EDIT), index, Rtnetlink.IFF_UP, Rtnetlink.IFF_UP)
                .end();
    }

    static void create(MessageWriter writer, String device, String kind) {
        linkHeader(writer.begin(Rtnetlink.RTM_NEWLINK, EDIT | MessageWriter.CREATE | MessageWriter.EXCLUSIVE), 0, 0, 0)
                .attribute(Rtnetlink.IFLA_IFNAME, device);
        int info = writer.beginNested(Rtnetlink.IFLA_LINKINFO);
        writer.attribute(Rtnetlink.IFLA_INFO_KIND, kind.getBytes(StandardCharsets.US_ASCII))
                .endNested(info)
                .end();
    }

    static void delete(MessageWriter writer, int index) {
        linkHeader(writer.begin(Rtnetlink.RTM_DELLINK, EDIT), index, 0, 0).end();
    }

    static void addAddress(MessageWriter writer, int index, DeviceAddress address) {
        writer.begin(Rtnetlink.RTM_NEWADDR, EDIT | MessageWriter.CREATE | MessageWriter.REPLACE);
        addressBody(writer, index, address, Family.of(address.address()) == Family.IPV6 ? Rtnetlink.IFA_F_NODAD : 0);
    }

    static void deleteAddress(MessageWriter writer, int index, DeviceAddress address) {
        writer.begin(Rtnetlink.RTM_DELADDR, EDIT);
        addressBody(writer, index, address, 0);
    }

    /** struct ifinfomsg. */
    private static MessageWriter linkHeader(MessageWriter writer, int index, int flags, int change) {
        return writer.u8(0, 0).u16(0).u32(index).u32(flags).u32(change);
    }

    /** struct ifaddrmsg; for a device without a peer address both attributes hold the same. */
    private static void addressBody(MessageWriter writer, int index, DeviceAddress address, int flags) {
        InetAddress ip = address.address();
        writer.u8(Rtnetlink.number(Family.of(ip)), address.prefixLength(), flags, 0)
                .u32(index)
                .attribute(Rtnetlink.IFA_LOCAL, ip)
                .attribute(Rtnetlink.IFA_ADDRESS, ip);
        writer.end();
    }

    private static String text(DeviceAddress address) {
        return address.address().getHostAddress() + "/" + address.prefixLength();
    }
}
