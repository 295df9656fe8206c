package org.wguplink.linux.forwarding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.Devices;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * IP packets out of a device and into it, past routes, rules and filters (packet(7)). For one thread; what it waits for
 * holds that thread.
 */
final class PacketSocket implements AutoCloseable {
    private static final int ETH_P_ALL = 0x0003;
    private static final short ETH_P_IP = 0x0800;
    private static final short ETH_P_IPV6 = (short) 0x86dd;
    /** struct sockaddr_ll: family, protocol (network order), index, hardware type, kind, length, address. */
    private static final int SOCKADDR_LL = 20;
    /** struct pollfd and struct timespec. */
    private static final int POLLFD = 8;

    private static final int TIMESPEC = 16;
    private static final short POLLIN = 1;
    private static final int LONGEST = 2048;
    private static final long NANOS = 1_000_000_000;
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final NativeSocket socket;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment address = arena.allocate(SOCKADDR_LL, 4);
    private final MemorySegment data = arena.allocate(LONGEST, 8);
    private final MemorySegment poll = arena.allocate(POLLFD, 4);
    private final MemorySegment timeout = arena.allocate(TIMESPEC, 8);

    /** @throws OsException ENODEV when there is no such device, EPERM without CAP_NET_RAW */
    PacketSocket(String device) throws OsException {
        // of no protocol it hears nothing until it is bound to the device
        socket = new NativeSocket(
                "packet " + device, NativeSocket.AF_PACKET, NativeSocket.SOCK_DGRAM | NativeSocket.SOCK_NONBLOCK, 0);
        try {
            address.set(ValueLayout.JAVA_SHORT, 0, (short) NativeSocket.AF_PACKET);
            address.set(NETWORK_SHORT, 2, (short) ETH_P_ALL);
            address.set(ValueLayout.JAVA_INT, 4, new Devices(socket.fd()).indexOf(device));
            OsException.check(Libc.bind(socket.fd(), address), "bind", socket.subject());
        } catch (OsException e) {
            close();
            throw e;
        }
        poll.set(ValueLayout.JAVA_INT, 0, socket.fd());
        poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    }

    /** Sends a packet, from its IP header on. One that the device cannot take just now is lost, as on any line. */
    void send(Family family, byte[] packet) throws OsException {
        address.set(NETWORK_SHORT, 2, family == Family.IPV4 ? ETH_P_IP : ETH_P_IPV6);
        MemorySegment.copy(packet, 0, data, ValueLayout.JAVA_BYTE, 0, packet.length);
        int sent = Libc.sendto(socket.fd(), data, packet.length, NativeSocket.MSG_DONTWAIT, address);
        if (sent < 0 && sent != -Errno.ENOBUFS && sent != -Errno.EAGAIN)
            OsException.check(sent, "send", socket.subject());
    }

    /** The next packet that came in or went out, cut where it is long; empty when none does in time. */
    Optional<byte[]> receive(Duration patience) throws OsException {
        long nanos = Math.max(0, patience.toNanos());
        timeout.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS);
        timeout.set(ValueLayout.JAVA_LONG, 8, nanos % NANOS);
        int ready = Libc.ppoll(poll, 1, timeout);
        if (ready == -Errno.EINTR || ready == 0) return Optional.empty();
        OsException.check(ready, "poll", socket.subject());
        int length =
                Libc.recvfrom(socket.fd(), data, NativeSocket.MSG_DONTWAIT, MemorySegment.NULL, MemorySegment.NULL);
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) return Optional.empty();
        OsException.check(length, "receive", socket.subject());
        return Optional.of(data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void close() {
        if (!arena.scope().isAlive()) return;
        socket.close();
        arena.close();
    }
}
