package org.wguplink.linux.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** Names and indices of network devices, as the kernel knows them at this moment; a name is reused, an index is not. */
public final class Devices {
    private Devices() {}

    private static final int IF_NAMESIZE = 16;

    public static OptionalInt index(String name) {
        if (name.isEmpty() || name.length() >= IF_NAMESIZE) return OptionalInt.empty();
        try (var arena = Arena.ofConfined()) {
            int index = Libc.ifNameToIndex(arena.allocateFrom(name, StandardCharsets.UTF_8));
            return index > 0 ? OptionalInt.of(index) : OptionalInt.empty();
        }
    }

    /** @throws OsException ENODEV, naming the device */
    public static int indexOf(String name) throws OsException {
        OptionalInt index = index(name);
        if (index.isEmpty()) throw new OsException("look up device", name, Errno.ENODEV);
        return index.getAsInt();
    }

    public static Optional<String> name(int index) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(IF_NAMESIZE);
            return Libc.ifIndexToName(index, name) < 0
                    ? Optional.empty()
                    : Optional.of(name.getString(0, StandardCharsets.UTF_8));
        }
    }
}
