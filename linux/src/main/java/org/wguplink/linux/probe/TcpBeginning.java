package org.wguplink.linux.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * A TCP connection by one device only, with one mark, that begins without waiting, gives up within 7 s, and ends with a
 * reset, which leaves nothing behind here or there. For one thread.
 */
final class TcpBeginning implements AutoCloseable {
    private static final int SOCK_STREAM = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_LINGER = 13;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_SYNCNT = 7;
    private static final int ON = 1;
    private static final int AT_ONCE = 0;
    /** Of one that takes little: about as much arrives at most, whatever is sent: the least that the kernel takes is a bit more (socket(7)). */
    private static final int RECEIVE_ROOM = 2048;

    private static final int REPEATED_SYNS = 2;

    private final NativeSocket socket;
    private final InetAddress target;
    private final int port;

    private TcpBeginning(NativeSocket socket, InetAddress target, int port) {
        this.socket = socket;
        this.target = target;
        this.port = port;
    }

    /**
     * Sends a SYN, where the kernel has a way for it. Little is taken of what comes.
     *
     * @param kind names it in errors
     * @throws OsException ENODEV when there is no such device
     */
    static TcpBeginning start(String kind, String device, FwMark mark, InetAddress target, int port)
            throws OsException {
        return start(kind, device, mark, target, port, true);
    }

    /** The same, and as much is taken as comes. */
    static TcpBeginning startWide(String kind, String device, FwMark mark, InetAddress target, int port)
            throws OsException {
        return start(kind, device, mark, target, port, false);
    }

    private static TcpBeginning start(
            String kind, String device, FwMark mark, InetAddress target, int port, boolean little) throws OsException {
        var socket = new NativeSocket(
                kind + " " + device,
                Family.of(target) == Family.IPV4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6,
                SOCK_STREAM | NativeSocket.SOCK_NONBLOCK,
                0);
        var beginning = new TcpBeginning(socket, target, port);
        try (var arena = Arena.ofConfined()) {
            socket.bindToDevice(device);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
            if (little) socket.set(NativeSocket.SOL_SOCKET, SO_RCVBUF, RECEIVE_ROOM);
            socket.set(IPPROTO_TCP, TCP_SYNCNT, REPEATED_SYNS);
            // struct linger
            socket.set(NativeSocket.SOL_SOCKET, SO_LINGER, arena.allocateFrom(ValueLayout.JAVA_INT, ON, AT_ONCE));
            int result = beginning.connect();
            if (result < 0 && result != -Errno.EINPROGRESS) throw new OsException("connect", socket.subject(), -result);
        } catch (OsException e) {
            socket.close();
            throw e;
        }
        return beginning;
    }

    /** Writable once it is known what became of it. */
    int fd() {
        return socket.fd();
    }

    /** Asked again, it tells what came of it: 0, or an error number below 0. */
    int connect() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
            return Libc.connect(socket.fd(), NativeSocket.sockaddr(room, target, port));
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
