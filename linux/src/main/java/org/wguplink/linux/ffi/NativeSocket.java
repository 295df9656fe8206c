package org.wguplink.linux.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.wguplink.core.net.Addresses;

/** A socket of a kind that the JDK cannot open: netlink, raw. Closed on exec. */
public final class NativeSocket implements AutoCloseable {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int AF_PACKET = 17;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_BINDTODEVICE = 25;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_MARK = 36;

    /** Bytes of the larger of struct sockaddr_in and sockaddr_in6. */
    public static final int SOCKADDR_ROOM = 28;

    private static final int SOCKADDR_IN = 16;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final String subject;
    private final int fd;
    private boolean closed;

    /** @param subject names the socket in errors, such as {@code "icmp wan"} */
    public NativeSocket(String subject, int domain, int type, int protocol) throws OsException {
        this.subject = subject;
        fd = OsException.check(Libc.socket(domain, type | SOCK_CLOEXEC, protocol), "socket", subject);
    }

    /**
     * Writes a struct sockaddr_in or sockaddr_in6, without flow and scope.
     *
     * @param room {@link #SOCKADDR_ROOM} bytes, overwritten
     * @param port 0 to 65535
     * @return what of the room it takes
     */
    public static MemorySegment sockaddr(MemorySegment room, InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        boolean v4 = bytes.length == 4;
        room.fill((byte) 0);
        room.set(ValueLayout.JAVA_SHORT, 0, (short) (v4 ? AF_INET : AF_INET6));
        room.set(NETWORK_SHORT, 2, (short) port);
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, v4 ? 4 : 8, bytes.length);
        return room.asSlice(0, v4 ? SOCKADDR_IN : SOCKADDR_ROOM);
    }

    /** The address in a struct sockaddr_in or sockaddr_in6. */
    public static InetAddress address(MemorySegment sockaddr) {
        boolean v4 = sockaddr.get(ValueLayout.JAVA_SHORT, 0) == AF_INET;
        return Addresses.of(sockaddr.asSlice(v4 ? 4 : 8, v4 ? 4 : 16).toArray(ValueLayout.JAVA_BYTE));
    }

    public int fd() {
        return fd;
    }

    public String subject() {
        return subject;
    }

    public void set(int level, int name, int value) throws OsException {
        try (var arena = Arena.ofConfined()) {
            set(level, name, arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    public void set(int level, int name, MemorySegment value) throws OsException {
        OsException.check(Libc.setsockopt(fd, level, name, value), "setsockopt %d/%d".formatted(level, name), subject);
    }

    /** Sends and receives by one device only ({@code SO_BINDTODEVICE}). */
    public void bindToDevice(String device) throws OsException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(device, StandardCharsets.UTF_8);
            OsException.check(Libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name), "bind to device", device);
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        // a descriptor is released even when close(2) reports an error
        int ignored = Libc.close(fd);
        assert ignored != -9 : "closed twice: " + subject;
    }
}
