package org.wguplink.linux.nftables;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/**
 * Puts devices into the set {@code moved} of {@link SessionRules} (linux/netfilter/nf_tables.h). This is done while a switch
 * waits, and libnftables first reads all tables, which takes 1.5 to 4 ms. Not thread-safe.
 */
final class MovedDevices implements AutoCloseable {
    private static final int NFNL_MSG_BATCH_BEGIN = 16;
    private static final int NFNL_MSG_BATCH_END = 17;
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFT_MSG_NEWSETELEM = NFNL_SUBSYS_NFTABLES << 8 | 12;
    private static final int NFT_MSG_DELSETELEM = NFNL_SUBSYS_NFTABLES << 8 | 14;
    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_TIMEOUT = 4;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFPROTO_INET = 1;
    private static final int IFNAMSIZ = 16;
    private static final int CHANGE = MessageWriter.REQUEST | MessageWriter.ACK;

    private final NetlinkSocket socket;

    MovedDevices() throws OsException {
        socket = new NetlinkSocket("nftables set", NetlinkSocket.NETFILTER, 0);
    }

    /** One transaction. @throws OsException when the kernel refuses it, or our table is not there; nothing is changed then */
    void put(Set<String> devices, Duration during) throws OsException {
        socket.writer().clear();
        batch(NFNL_MSG_BATCH_BEGIN);
        for (String device : devices) {
            byte[] name = Arrays.copyOf(device.getBytes(StandardCharsets.UTF_8), IFNAMSIZ);
            // one that is there would keep its time, hence the deletion
            element(NFT_MSG_NEWSETELEM, CHANGE | MessageWriter.CREATE, name, during);
            element(NFT_MSG_DELSETELEM, CHANGE, name, Duration.ZERO);
            element(NFT_MSG_NEWSETELEM, CHANGE | MessageWriter.CREATE, name, during);
        }
        batch(NFNL_MSG_BATCH_END);
        socket.execute("put into the set moved", String.join(", ", devices));
    }

    /** @param during zero: the message has none */
    private void element(int type, int flags, byte[] name, Duration during) {
        MessageWriter writer = socket.writer();
        writer.begin(type, flags)
                .u8(NFPROTO_INET, 0, 0, 0)
                .attribute(NFTA_SET_ELEM_LIST_TABLE, Ruleset.TABLE_NAME)
                .attribute(NFTA_SET_ELEM_LIST_SET, "moved");
        int elements = writer.beginNested(NFTA_SET_ELEM_LIST_ELEMENTS);
        int element = writer.beginNested(NFTA_LIST_ELEM);
        int key = writer.beginNested(NFTA_SET_ELEM_KEY);
        writer.attribute(NFTA_DATA_VALUE, name).endNested(key);
        if (!during.isZero()) writer.attributeBigEndianU64(NFTA_SET_ELEM_TIMEOUT, during.toMillis());
        writer.endNested(element).endNested(elements).end();
    }

    /** struct nfgenmsg: the subsystem is in network order. */
    private void batch(int type) {
        socket.writer()
                .begin(type, MessageWriter.REQUEST)
                .u8(0, 0, 0, NFNL_SUBSYS_NFTABLES)
                .end();
    }

    @Override
    public void close() {
        socket.close();
    }
}
