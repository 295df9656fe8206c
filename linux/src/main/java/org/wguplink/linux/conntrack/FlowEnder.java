package org.wguplink.linux.conntrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.Message;
import org.wguplink.linux.netlink.NetlinkSocket;
import org.wguplink.linux.sysctl.Sysctl;

/**
 * Deletes tracked connections and tells which these were, without a list of the whole table, which takes some 13 ms: the
 * kernel reports every entry that ends to who hears of it ({@code NFNLGRP_CONNTRACK_DESTROY}). A socket filter keeps the
 * reports out but for the moment of a deletion. Not reported are connections that began before anybody heard of them
 * ({@code net.netfilter.nf_conntrack_events} is 2), and none where that is 0. One thread may delete while another asks.
 */
public final class FlowEnder implements AutoCloseable {
    private static final int DESTROY_GROUP = 1 << 2;

    private final NetlinkSocket reports;
    private final Conntrack conntrack;
    private boolean reported;
    /** Deletions of which nobody has asked yet what they were; guarded by {@link #reports}. */
    private int asked;

    public FlowEnder() throws OsException {
        reports = new NetlinkSocket("ends of connections", NetlinkSocket.NETFILTER, DESTROY_GROUP);
        reports.refuseAll();
        conntrack = new Conntrack();
    }

    private static boolean isReported() {
        try {
            return new Sysctl()
                    .read("net.netfilter.nf_conntrack_events")
                    .filter(text -> !text.equals("0"))
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the kernel reports ends at all. For one thread. */
    public boolean reported() {
        // conntrack may be loaded later
        if (!reported) reported = isReported();
        return reported;
    }

    /** Deletes as {@link Conntrack#deleteByMark}; {@link #deleted} tells what, and must be asked once for each of these. */
    public void deleteByMark(FwMark mark, Set<Family> families) throws OsException {
        synchronized (reports) {
            asked++;
            reports.takeAll();
        }
        conntrack.deleteByMark(mark, families);
    }

    /**
     * The TCP connections that were deleted since this was asked last.
     *
     * @param most how many at the most; the rest is left out
     */
    public List<TcpFlow> deleted(int most) throws OsException {
        var flows = new ArrayList<TcpFlow>();
        try {
            while (true) {
                List<Message> messages;
                try {
                    messages = reports.receive();
                } catch (OsException e) {
                    if (e.errno() != Errno.ENOBUFS) throw e;
                    continue; // more than there was room for; what there was comes next
                }
                if (messages.isEmpty()) break;
                for (Message message : messages)
                    if (flows.size() < most && conntrack.caused(message))
                        FlowReader.read(message).ifPresent(flows::add);
            }
        } finally {
            synchronized (reports) {
                if (--asked == 0) reports.refuseAll();
            }
        }
        return flows;
    }

    @Override
    public void close() {
        reports.close();
        conntrack.close();
    }
}
