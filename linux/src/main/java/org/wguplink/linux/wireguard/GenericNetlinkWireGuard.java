package org.wguplink.linux.wireguard;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.LinkControl;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.netlink.NetlinkSocket;

/** WireGuard by the kernel's module, over generic netlink (linux/genetlink.h, linux/wireguard.h). */
final class GenericNetlinkWireGuard implements WireGuardControl {
    private static final int GENL_ID_CTRL = 0x10;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int GENL_HEADER = 4;

    /** Peers in one message: far below the 64 KiB of an attribute with some prefixes each. */
    private static final int PEERS_PER_MESSAGE = 100;

    private final NetlinkSocket socket;
    private final int family;

    private GenericNetlinkWireGuard(NetlinkSocket socket, int family) {
        this.socket = socket;
        this.family = family;
    }

    /** Empty when the kernel has no WireGuard. Asking loads the module where it can be loaded. */
    static Optional<GenericNetlinkWireGuard> open() throws OsException {
        var socket = new NetlinkSocket("wireguard", NetlinkSocket.GENERIC, 0);
        try {
            OptionalInt family = family(socket);
            if (family.isPresent()) return Optional.of(new GenericNetlinkWireGuard(socket, family.getAsInt()));
            socket.close();
            return Optional.empty();
        } catch (OsException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Optional<WireGuardDevice> read(String name) throws TunnelException {
        WireGuardMessages.get(socket.writer().clear(), family, name);
        try {
            return Optional.of(WireGuardMessages.decode(socket.dump("read WireGuard interface", name)));
        } catch (OsException e) {
            if (e.errno() == Errno.ENODEV) return Optional.empty();
            throw failure(e);
        }
    }

    @Override
    public void create(String name, LinkControl links) throws TunnelException {
        try {
            links.createWireGuard(name);
        } catch (OsException e) {
            throw failure(e);
        }
    }

    @Override
    public void change(String name, WireGuardChange change) throws TunnelException {
        List<WireGuardChange.PeerChange> peers = change.peers();
        MessageWriter writer = socket.writer();
        try {
            for (int from = 0; from == 0 || from < peers.size(); from += PEERS_PER_MESSAGE) {
                var part = peers.subList(from, Math.min(from + PEERS_PER_MESSAGE, peers.size()));
                var message = from == 0
                        ? new WireGuardChange(change.privateKey(), change.listenPort(), change.mark(), part)
                        : new WireGuardChange(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), part);
                WireGuardMessages.set(writer.clear(), family, name, message);
                socket.execute("configure WireGuard interface", name);
            }
        } catch (OsException e) {
            throw failure(e);
        }
    }

    @Override
    public void remove(String name, LinkControl links) throws TunnelException {
        try {
            links.delete(name);
        } catch (OsException e) {
            if (e.errno() != Errno.ENODEV) throw failure(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    static void lookUpFamily(MessageWriter writer, String name) {
        writer.begin(GENL_ID_CTRL, MessageWriter.REQUEST)
                .u8(CTRL_CMD_GETFAMILY, 1, 0, 0)
                .attribute(CTRL_ATTR_FAMILY_NAME, name)
                .end();
    }

    private static OptionalInt family(NetlinkSocket socket) throws OsException {
        lookUpFamily(socket.writer().clear(), "wireguard");
        try {
            return socket.ask("look up generic netlink family", "wireguard")
                    .attributes(GENL_HEADER)
                    .u16(CTRL_ATTR_FAMILY_ID);
        } catch (OsException e) {
            if (e.errno() == Errno.ENOENT) return OptionalInt.empty();
            throw e;
        }
    }

    private static TunnelException failure(OsException e) {
        return new TunnelException(String.valueOf(e.getMessage()), e);
    }
}
