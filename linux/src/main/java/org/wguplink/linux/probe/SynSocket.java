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
 * The beginning of one TCP connection by one device only, with one mark. That it is accepted or refused (RFC 9293 section
 * 3.10.7.3) shows that the target is reached; nothing is said in it. For one thread.
 */
public final class SynSocket implements AutoCloseable {
    /** Of the web over TLS, which few filters close. */
    private static final int PORT = 443;

    private static final int SOCK_STREAM = 1;
    private static final int SO_LINGER = 13;
    private static final int ON = 1;
    private static final int AT_ONCE = 0;

    private final NativeSocket socket;
    private final InetAddress target;

    private SynSocket(NativeSocket socket, InetAddress target) {
        this.socket = socket;
        this.target = target;
    }

    /** Sends a SYN, where the kernel has a way for it. @throws OsException ENODEV when there is no such device */
    public static SynSocket start(String device, FwMark mark, InetAddress target) throws OsException {
        var socket = new NativeSocket(
                "syn " + device,
                Family.of(target) == Family.IPV4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6,
                SOCK_STREAM | NativeSocket.SOCK_NONBLOCK,
                0);
        var syn = new SynSocket(socket, target);
        try (var arena = Arena.ofConfined()) {
            socket.bindToDevice(device);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
            // struct linger: closed with a reset, which leaves nothing behind here or there
            socket.set(NativeSocket.SOL_SOCKET, SO_LINGER, arena.allocateFrom(ValueLayout.JAVA_INT, ON, AT_ONCE));
            int result = syn.connect(arena);
            if (result < 0 && result != -Errno.EINPROGRESS) throw new OsException("connect", socket.subject(), -result);
        } catch (OsException e) {
            socket.close();
            throw e;
        }
        return syn;
    }

    /** Writable once it is known what became of it. */
    public int fd() {
        return socket.fd();
    }

    public InetAddress target() {
        return target;
    }

    /** Whether the target has answered. */
    public boolean answered() {
        try (var arena = Arena.ofConfined()) {
            int result = connect(arena);
            return result == 0 || result == -Errno.ECONNREFUSED;
        }
    }

    /** Asked again, it tells what came of it. */
    private int connect(Arena arena) {
        MemorySegment room = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
        return Libc.connect(socket.fd(), NativeSocket.sockaddr(room, target, PORT));
    }

    @Override
    public void close() {
        socket.close();
    }
}
