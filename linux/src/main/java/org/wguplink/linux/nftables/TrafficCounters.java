package org.wguplink.linux.nftables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/**
 * The counters of {@link TrafficRules}, all read with one question (NFT_MSG_GETOBJ, linux/netfilter/nf_tables.h) and without
 * making objects. Whoever makes our table anew begins them at 0. Not thread-safe.
 */
public final class TrafficCounters implements AutoCloseable {
    private static final int NFT_MSG_GETOBJ = 10 << 8 | 19;
    private static final int NFTA_OBJ_TABLE = 1;
    private static final int NFTA_OBJ_NAME = 2;
    private static final int NFTA_OBJ_TYPE = 3;
    private static final int NFTA_OBJ_DATA = 4;
    private static final int NFTA_COUNTER_PACKETS = 2;
    private static final int NFT_OBJECT_COUNTER = 1;
    private static final int NFPROTO_INET = 1;
    private static final int NFGENMSG = 4;
    private static final int ATTRIBUTE = 4;
    private static final int TYPE_MASK = 0x3fff;
    private static final int PATHS = Layout.MAX_PATH + 1;

    private final NetlinkSocket socket;
    private final long[] sent = new long[2 * PATHS];
    private final long[] answered = new long[2 * PATHS];

    public TrafficCounters() throws OsException {
        socket = new NetlinkSocket("nftables counters", NetlinkSocket.NETFILTER, 0);
        // the same question every time
        socket.writer()
                .begin(NFT_MSG_GETOBJ, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(NFPROTO_INET, 0, 0, 0)
                .attribute(NFTA_OBJ_TABLE, Ruleset.TABLE_NAME)
                .attributeBigEndianU32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER)
                .end();
    }

    /** Looks at the kernel. @throws OsException when it does not answer; the numbers stay as they were */
    public void read() throws OsException {
        Arrays.fill(sent, 0);
        Arrays.fill(answered, 0);
        socket.dumpInPlace("read", "nftables counters", this::take);
    }

    /** Packets that flows of a path have sent; 0 where nothing is counted. */
    public long sent(int path, Family family) {
        return sent[slot(path, family)];
    }

    /** Packets that came back to flows of a path. */
    public long answered(int path, Family family) {
        return answered[slot(path, family)];
    }

    private void take(ByteBuffer message, int payload, int end) {
        int name = -1;
        long packets = 0;
        for (int at = payload + NFGENMSG; at + ATTRIBUTE <= end; at = next(message, at, end)) {
            int type = message.getShort(at + 2) & TYPE_MASK;
            if (type == NFTA_OBJ_NAME) name = at;
            if (type == NFTA_OBJ_DATA) packets = packets(message, at + ATTRIBUTE, next(message, at, end));
        }
        if (name >= 0) keep(message, name, packets);
    }

    private static long packets(ByteBuffer message, int from, int end) {
        for (int at = from; at + ATTRIBUTE + Long.BYTES <= end; at = next(message, at, end))
            if ((message.getShort(at + 2) & TYPE_MASK) == NFTA_COUNTER_PACKETS) {
                long packets = message.getLong(at + ATTRIBUTE);
                return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Long.reverseBytes(packets) : packets;
            }
        return 0;
    }

    /** A name is {@code tx4_12}: direction, family and path. */
    private void keep(ByteBuffer message, int attribute, long packets) {
        int text = attribute + ATTRIBUTE;
        int end = attribute + Short.toUnsignedInt(message.getShort(attribute));
        if (end - text < 5 || message.get(text + 3) != '_') return;
        int path = 0;
        for (int at = text + 4; at < end && message.get(at) != 0; at++) {
            int digit = message.get(at) - '0';
            if (digit < 0 || digit > 9) return;
            path = 10 * path + digit;
        }
        if (path < 1 || path > Layout.MAX_PATH) return;
        int slot = slot(path, message.get(text + 2) == '4' ? Family.IPV4 : Family.IPV6);
        if (message.get(text) == 't') sent[slot] = packets;
        else answered[slot] = packets;
    }

    /** Never less than a header ahead, whatever the length says. */
    private static int next(ByteBuffer message, int at, int end) {
        int length = Math.max(ATTRIBUTE, Short.toUnsignedInt(message.getShort(at)));
        return Math.min(end, at + ((length + 3) & ~3));
    }

    private static int slot(int path, Family family) {
        return path + (family == Family.IPV4 ? 0 : PATHS);
    }

    @Override
    public void close() {
        socket.close();
    }
}
