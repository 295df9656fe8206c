package org.wguplink.linux.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A name that one process of this network namespace can hold at a time: an abstract unix socket address (unix(7)), which
 * belongs to the namespace and is free again as soon as its holder ends, however it ends.
 */
public final class NamespaceLock implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int LONGEST = 107;

    private final NativeSocket socket;

    private NamespaceLock(NativeSocket socket) {
        this.socket = socket;
    }

    /**
     * Takes the name; empty when another process has it.
     *
     * @param name at most 107 bytes in UTF-8
     */
    public static Optional<NamespaceLock> take(String name) throws OsException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) throw new IllegalArgumentException("a name of %d bytes".formatted(bytes.length));
        var socket = new NativeSocket("lock " + name, AF_UNIX, SOCK_DGRAM, 0);
        try (var arena = Arena.ofConfined()) {
            // sun_family, a NUL that makes the address abstract, and the name without an end
            MemorySegment address = arena.allocate(Short.BYTES + 1 + bytes.length);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES + 1, bytes.length);
            int bound = Libc.bind(socket.fd(), address);
            if (bound == -Errno.EADDRINUSE) {
                socket.close();
                return Optional.empty();
            }
            OsException.check(bound, "bind", name);
            return Optional.of(new NamespaceLock(socket));
        } catch (OsException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
