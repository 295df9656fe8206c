package org.wguplink.linux.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * One question to one name server by one device only, with one mark: the name servers of the root zone (RFC 1035). Any
 * answer counts, a refusal too: it shows that UDP reaches the server. For one thread.
 */
public final class DnsSocket implements AutoCloseable {
    private static final int SOCK_DGRAM = 2;
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int TYPE_NS = 2;
    private static final int CLASS_IN = 1;
    private static final short RECURSION_DESIRED = 0x0100;
    private static final int RESPONSE = 0x80;
    private static final int RECEIVE_ROOM = 512;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final NativeSocket socket;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment target = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
    private final MemorySegment received = arena.allocate(RECEIVE_ROOM, 8);
    private final InetAddress server;
    private final short identifier = (short) RANDOM.nextInt();

    private DnsSocket(NativeSocket socket, InetAddress server) {
        this.socket = socket;
        this.server = server;
    }

    /** @throws OsException ENODEV when there is no such device */
    public static DnsSocket open(String device, FwMark mark, InetAddress server) throws OsException {
        boolean v4 = Family.of(server) == Family.IPV4;
        var socket = new NativeSocket(
                "dns " + device,
                v4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6,
                SOCK_DGRAM | NativeSocket.SOCK_NONBLOCK,
                0);
        try {
            socket.bindToDevice(device);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
        } catch (OsException e) {
            socket.close();
            throw e;
        }
        return new DnsSocket(socket, server);
    }

    public int fd() {
        return socket.fd();
    }

    /** @return false when the kernel has no way for it */
    public boolean ask() {
        ByteBuffer question = ByteBuffer.allocate(HEADER + 5)
                .putShort(identifier)
                .putShort(RECURSION_DESIRED)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0)
                .put((byte) 0)
                .putShort((short) TYPE_NS)
                .putShort((short) CLASS_IN);
        MemorySegment packet = arena.allocateFrom(ValueLayout.JAVA_BYTE, question.array());
        return Libc.sendto(fd(), packet, packet.byteSize(), 0, NativeSocket.sockaddr(target, server, PORT)) >= 0;
    }

    /** Whether the server's answer has come; never blocks. */
    public boolean answered() throws OsException {
        while (true) {
            int length =
                    Libc.recvfrom(fd(), received, NativeSocket.MSG_DONTWAIT, MemorySegment.NULL, MemorySegment.NULL);
            if (length == -Errno.EAGAIN) return false;
            if (length == -Errno.EINTR) continue;
            if (length < 0) throw new OsException("receive", socket.subject(), -length);
            ByteBuffer answer = received.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
            if (length >= HEADER && answer.getShort(0) == identifier && (answer.get(2) & RESPONSE) != 0) return true;
        }
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
