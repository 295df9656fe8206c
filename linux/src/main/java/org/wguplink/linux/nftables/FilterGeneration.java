package org.wguplink.linux.nftables;

import java.util.OptionalInt;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/** Whether others have changed nftables, by the number of its generation: every transaction makes a new one. Not thread-safe. */
public final class FilterGeneration implements AutoCloseable {
    private static final int NFT_MSG_GETGEN = 10 << 8 | 16;
    private static final int NFTA_GEN_ID = 1;
    private static final int NFGENMSG = 4;

    private final NetlinkSocket socket;

    public FilterGeneration() throws OsException {
        socket = new NetlinkSocket("nftables generation", NetlinkSocket.NETFILTER, 0);
    }

    /**
     * A number that is another one after others have changed something; now and then also while we do. The same for ever
     * where the kernel does not tell.
     */
    public int ofOthers() {
        int ours = Nftables.changes();
        return read() - ours;
    }

    private int read() {
        socket.writer()
                .clear()
                .begin(NFT_MSG_GETGEN, MessageWriter.REQUEST)
                .u8(0, 0, 0, 0)
                .end();
        try {
            OptionalInt id = socket.ask("read", "nftables generation")
                    .attributes(NFGENMSG)
                    .u32(NFTA_GEN_ID);
            return id.isEmpty() ? 0 : Integer.reverseBytes(id.getAsInt());
        } catch (OsException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
