package org.wguplink.linux.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Names and indices of network devices, as the kernel knows them at this moment; a name is reused, an index is not. It
 * asks by a socket (netdevice(7)), and thus in the network namespace of that socket, whatever thread calls; if_nametoindex(3)
 * would open one each time. Not thread-safe.
 */
public final class Devices {
    private static final long SIOCGIFNAME = 0x8910;
    private static final long SIOCGIFINDEX = 0x8933;

    /** struct ifreq: the name, then a union that begins with the index. */
    private static final int IFREQ = 40;

    private static final int IFNAMSIZ = 16;

    private final MemorySegment request = Arena.ofAuto().allocate(IFREQ, 8);
    private final int fd;

    /** @param fd any socket; it remains the caller's */
    public Devices(int fd) {
        this.fd = fd;
    }

    public OptionalInt index(String name) throws OsException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length >= IFNAMSIZ) return OptionalInt.empty();
        request.fill((byte) 0);
        MemorySegment.copy(text, 0, request, ValueLayout.JAVA_BYTE, 0, text.length);
        int result = Libc.ioctl(fd, SIOCGIFINDEX, request);
        if (result == -Errno.ENODEV) return OptionalInt.empty();
        OsException.check(result, "look up device", name);
        return OptionalInt.of(request.get(ValueLayout.JAVA_INT, IFNAMSIZ));
    }

    /** @throws OsException ENODEV, naming the device */
    public int indexOf(String name) throws OsException {
        OptionalInt index = index(name);
        if (index.isEmpty()) throw new OsException("look up device", name, Errno.ENODEV);
        return index.getAsInt();
    }

    public Optional<String> name(int index) throws OsException {
        request.fill((byte) 0);
        request.set(ValueLayout.JAVA_INT, IFNAMSIZ, index);
        int result = Libc.ioctl(fd, SIOCGIFNAME, request);
        if (result == -Errno.ENODEV) return Optional.empty();
        OsException.check(result, "look up device", "number " + index);
        return Optional.of(request.getString(0, StandardCharsets.UTF_8));
    }
}
