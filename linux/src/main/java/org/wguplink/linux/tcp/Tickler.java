package org.wguplink.linux.tcp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * Sends segments that seem to come from elsewhere, with a mark by which the packet filter knows them. Some 5 µs each. For
 * one thread at a time.
 */
public final class Tickler implements AutoCloseable {
    private static final int IPPROTO_RAW = 255;

    private final Map<Family, NativeSocket> sockets = new EnumMap<>(Family.class);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(Segment.LONGEST, 8);
    private final ByteBuffer packet = segment.asByteBuffer();
    private final MemorySegment target = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);

    /** @throws OsException EPERM without CAP_NET_RAW. A kernel without IPv6 is no error */
    public Tickler(FwMark mark) throws OsException {
        try {
            open(Family.IPV4, NativeSocket.AF_INET, mark);
            open(Family.IPV6, NativeSocket.AF_INET6, mark);
        } catch (OsException e) {
            close();
            throw e;
        }
    }

    /** Sends one. @return false when the kernel has no way for it, or the packet filter keeps it back */
    public boolean send(Tuple tuple) throws OsException {
        NativeSocket socket = sockets.get(tuple.family());
        if (socket == null) return false;
        int length = Segment.write(tuple, packet);
        int sent = Libc.sendto(
                socket.fd(),
                segment,
                length,
                NativeSocket.MSG_DONTWAIT,
                NativeSocket.sockaddr(target, tuple.destination(), 0));
        if (sent >= 0) return true;
        return switch (-sent) {
            case Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH,
                    Errno.ENETDOWN,
                    Errno.EACCES,
                    Errno.EPERM,
                    Errno.EINVAL,
                    Errno.ENOBUFS,
                    Errno.EAGAIN,
                    Errno.EINTR -> false;
            default -> throw new OsException("tickle", socket.subject(), -sent);
        };
    }

    @Override
    public void close() {
        if (!arena.scope().isAlive()) return;
        sockets.values().forEach(NativeSocket::close);
        arena.close();
    }

    private void open(Family family, int domain, FwMark mark) throws OsException {
        NativeSocket socket;
        try {
            // with this protocol the header comes with the packet, raw(7)
            socket = new NativeSocket("raw IPv" + family.version(), domain, NativeSocket.SOCK_RAW, IPPROTO_RAW);
        } catch (OsException e) {
            if (family == Family.IPV6 && e.errno() == Errno.EAFNOSUPPORT) return;
            throw e;
        }
        sockets.put(family, socket);
        socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
    }
}
