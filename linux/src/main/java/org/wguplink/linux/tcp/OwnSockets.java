package org.wguplink.linux.tcp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.Message;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/**
 * The TCP sockets of this machine (linux/inet_diag.h, linux/sock_diag.h). Whoever waits on one that is destroyed gets
 * ECONNABORTED at once. Needs a kernel with CONFIG_INET_DIAG_DESTROY, as Debian's. Thread-safe.
 */
public final class OwnSockets implements AutoCloseable {
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int SOCK_DESTROY = 21;
    private static final int IPPROTO_TCP = 6;
    /** Bit n is state n of linux/tcp_states.h: all from ESTABLISHED (1) to CLOSING (11) but TIME_WAIT, CLOSE, LISTEN. */
    private static final int CONNECTED = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 11;
    /** Where struct inet_diag_sockid begins in struct inet_diag_msg, and how long it is. */
    private static final int ID_AT = 4;

    private static final int ID_BYTES = 48;
    /** Where the addresses stand in it, behind the two ports. */
    private static final int SOURCE_AT = 4;

    private static final int DESTINATION_AT = 20;

    private final NetlinkSocket netlink;

    /** @param id what the kernel calls the socket */
    private record Socket(int family, Tuple tuple, ByteBuffer id) {}

    public OwnSockets() throws OsException {
        netlink = new NetlinkSocket("sockets", NetlinkSocket.SOCK_DIAG, 0);
    }

    /**
     * Destroys the sockets that are connected by one of these, seen from here.
     *
     * @return how many
     * @throws OsException EOPNOTSUPP when the kernel cannot
     */
    public synchronized int destroy(Set<Tuple> connections) throws OsException {
        if (connections.isEmpty()) return 0;
        int destroyed = 0;
        for (int family : new int[] {NativeSocket.AF_INET, NativeSocket.AF_INET6})
            for (Socket socket : connected(family))
                if (connections.contains(socket.tuple) && destroy(socket)) destroyed++;
        return destroyed;
    }

    @Override
    public synchronized void close() {
        netlink.close();
    }

    private List<Socket> connected(int family) throws OsException {
        request(SOCK_DIAG_BY_FAMILY, MessageWriter.DUMP, family).u32(CONNECTED);
        netlink.writer().u8(new int[ID_BYTES]).end();
        var sockets = new ArrayList<Socket>();
        netlink.dump("list", "TCP sockets", entry -> read(family, entry, sockets));
        return sockets;
    }

    private static void read(int family, Message entry, List<Socket> sockets) {
        ByteBuffer message = entry.payload();
        if (message.limit() < ID_AT + ID_BYTES) return;
        ByteBuffer id = message.slice(ID_AT, ID_BYTES).order(ByteOrder.BIG_ENDIAN);
        // an IPv4 connection of an IPv6 socket has mapped addresses, which come out as IPv4
        InetAddress source = address(id, SOURCE_AT, family);
        InetAddress destination = address(id, DESTINATION_AT, family);
        if (Family.of(source) != Family.of(destination)) return;
        int sourcePort = Short.toUnsignedInt(id.getShort(0));
        int destinationPort = Short.toUnsignedInt(id.getShort(2));
        sockets.add(new Socket(family, new Tuple(source, sourcePort, destination, destinationPort), id));
    }

    private static InetAddress address(ByteBuffer id, int at, int family) {
        byte[] bytes = new byte[family == NativeSocket.AF_INET ? 4 : 16];
        id.get(at, bytes);
        return Addresses.of(bytes);
    }

    /** Whether it was still there. */
    private boolean destroy(Socket socket) throws OsException {
        request(SOCK_DESTROY, MessageWriter.ACK, socket.family).u32(CONNECTED);
        for (int at = 0; at < ID_BYTES; at++) netlink.writer().u8(socket.id.get(at));
        netlink.writer().end();
        try {
            netlink.execute("destroy socket", socket.tuple.toString());
            return true;
        } catch (OsException e) {
            if (e.errno() == Errno.ENOENT) return false;
            throw e;
        }
    }

    /** struct inet_diag_req_v2 up to its states: family, protocol, extensions, pad. */
    private MessageWriter request(int type, int flags, int family) {
        return netlink.writer()
                .clear()
                .begin(type, MessageWriter.REQUEST | flags)
                .u8(family, IPPROTO_TCP, 0, 0);
    }
}
