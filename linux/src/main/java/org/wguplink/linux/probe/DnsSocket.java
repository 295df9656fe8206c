package org.wguplink.linux.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * Questions to name servers by one device only, with one mark (RFC 1035): for a random top-level domain, which does not
 * exist, so that no cache on the way knows it. For one thread.
 */
public final class DnsSocket implements AutoCloseable {
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int LABEL = 8;
    private static final int QUESTION = HEADER + 1 + LABEL + 1 + 4;
    private static final short TYPE_A = 1;
    private static final short CLASS_IN = 1;
    private static final short RECURSION_DESIRED = 0x0100;
    private static final int RESPONSE = 0x80;
    private static final int RCODE = 0xf;
    private static final int NO_ERROR = 0;
    private static final int NAME_ERROR = 3;
    private static final int RECEIVE_ROOM = 512;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final NativeSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(QUESTION, 8);
    private final ByteBuffer question = request.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment target = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
    private final MemorySegment reply = arena.allocate(RECEIVE_ROOM, 8);
    private final ByteBuffer received = reply.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment sender = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
    private final MemorySegment senderLength = arena.allocate(ValueLayout.JAVA_INT);
    private final int key = RANDOM.nextInt() & 0xffff;

    /**
     * What came back.
     *
     * @param sequence as it was asked, 0 to 65535
     * @param plausible whether it says that there is no such name; nobody does who answers in another's stead, be it with
     *     an address of his own, or to say that he cannot find out
     */
    public record Answer(InetAddress from, int sequence, boolean plausible) {}

    private DnsSocket(NativeSocket socket) {
        this.socket = socket;
    }

    /** @throws OsException ENODEV when there is no such device */
    public static DnsSocket open(String device, FwMark mark, Family family) throws OsException {
        var socket = new NativeSocket(
                "dns " + device,
                family == Family.IPV4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6,
                NativeSocket.SOCK_DGRAM | NativeSocket.SOCK_NONBLOCK,
                0);
        try {
            socket.bindToDevice(device);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
        } catch (OsException e) {
            socket.close();
            throw e;
        }
        return new DnsSocket(socket);
    }

    public int fd() {
        return socket.fd();
    }

    /**
     * @param server of the socket's family
     * @param sequence 0 to 65535
     * @return false when the kernel has no way for it
     */
    public boolean ask(InetAddress server, int sequence) {
        question.clear()
                .putShort((short) (sequence ^ key))
                .putShort(RECURSION_DESIRED)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0)
                .put((byte) LABEL);
        for (int i = 0; i < LABEL; i++) question.put((byte) ('a' + RANDOM.nextInt(26)));
        question.put((byte) 0).putShort(TYPE_A).putShort(CLASS_IN);
        return Libc.sendto(socket.fd(), request, QUESTION, 0, NativeSocket.sockaddr(target, server, PORT)) >= 0;
    }

    /** The next answer; never blocks. Whether it comes from whom it was asked is for the caller to see. */
    public Optional<Answer> next() throws OsException {
        while (true) {
            senderLength.set(ValueLayout.JAVA_INT, 0, NativeSocket.SOCKADDR_ROOM);
            int length = Libc.recvfrom(socket.fd(), reply, NativeSocket.MSG_DONTWAIT, sender, senderLength);
            if (length == -Errno.EAGAIN) return Optional.empty();
            if (length == -Errno.EINTR) continue;
            if (length < 0) throw new OsException("receive", socket.subject(), -length);
            if (length < HEADER || (received.get(2) & RESPONSE) == 0) continue;
            int code = received.get(3) & RCODE;
            boolean empty = received.getShort(6) == 0;
            return Optional.of(new Answer(
                    NativeSocket.address(sender),
                    (received.getShort(0) ^ key) & 0xffff,
                    empty && (code == NAME_ERROR || code == NO_ERROR)));
        }
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
