package org.wguplink.linux.conntrack;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.Message;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/**
 * Lists and deletes tracked connections. A list takes some 13 ms and more, since the kernel walks its whole table; 10,000
 * deletions take 10 to 20 ms. Thread-safe.
 */
public final class Conntrack implements AutoCloseable {
    private static final int NFNL_SUBSYS_CTNETLINK = 1;
    private static final int IPCTNL_MSG_CT_GET = 1;
    private static final int IPCTNL_MSG_CT_DELETE = 2;
    private static final int CTA_MARK = 8;
    private static final int CTA_MARK_MASK = 21;
    private static final int AF_UNSPEC = 0;
    private static final int NFNETLINK_V0 = 0;
    /** With version 0 a deletion is of all families, whatever is said (ctnetlink_del_conntrack). */
    private static final int NFNETLINK_V1 = 1;

    private final NetlinkSocket socket;

    public Conntrack() throws OsException {
        socket = new NetlinkSocket("conntrack", NetlinkSocket.NETFILTER, 0);
    }

    /**
     * Deletes the connections whose mark has this value under its mask. None is no error.
     *
     * @param families one at least
     */
    public synchronized void deleteByMark(FwMark mark, Set<Family> families) throws OsException {
        delete(socket.writer().clear(), mark, families);
        try {
            socket.execute("delete connections with mark", mark.toString());
        } catch (OsException e) {
            if (e.errno() != Errno.ENOENT) throw e;
        }
    }

    /**
     * The TCP connections whose mark has this value under its mask, IPv4 and IPv6.
     *
     * @param most how many at the most; the rest is left out
     */
    public synchronized List<TcpFlow> tcpFlows(FwMark mark, int most) throws OsException {
        list(socket.writer().clear(), mark);
        var flows = new ArrayList<TcpFlow>();
        socket.dump("list connections with mark", mark.toString(), entry -> {
            if (flows.size() < most) FlowReader.read(entry).ifPresent(flows::add);
        });
        return flows;
    }

    /** Whether a request of ours is the cause of what the kernel reports. */
    boolean caused(Message report) {
        return report.portId() == socket.portId();
    }

    @Override
    public synchronized void close() {
        socket.close();
    }

    /** Without a mark it would empty the whole table. */
    static void delete(MessageWriter writer, FwMark mark, Set<Family> families) {
        write(writer, IPCTNL_MSG_CT_DELETE, MessageWriter.ACK, mark, families);
    }

    static void list(MessageWriter writer, FwMark mark) {
        write(writer, IPCTNL_MSG_CT_GET, MessageWriter.DUMP, mark, Family.BOTH);
    }

    /** struct nfgenmsg: family, version, resource. */
    private static void write(MessageWriter writer, int type, int flags, FwMark mark, Set<Family> families) {
        boolean both = families.equals(Family.BOTH);
        int one = families.contains(Family.IPV4) ? NativeSocket.AF_INET : NativeSocket.AF_INET6;
        writer.begin(NFNL_SUBSYS_CTNETLINK << 8 | type, MessageWriter.REQUEST | flags)
                .u8(both ? AF_UNSPEC : one, both ? NFNETLINK_V0 : NFNETLINK_V1, 0, 0)
                .attributeBigEndianU32(CTA_MARK, mark.value())
                .attributeBigEndianU32(CTA_MARK_MASK, mark.mask())
                .end();
    }
}
