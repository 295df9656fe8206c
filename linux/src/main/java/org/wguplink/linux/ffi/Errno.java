package org.wguplink.linux.ffi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Error numbers of Linux (asm-generic/errno.h, the same on x86-64 and arm64), and their names and texts. */
public final class Errno {
    private Errno() {}

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private static final int TEXT_LIMIT = 256;
    private static final Optional<MethodHandle> NAME = lookUp("strerrorname_np");
    private static final Optional<MethodHandle> DESCRIPTION = lookUp("strerrordesc_np");

    /** Such as {@code ENOENT}. */
    public static String name(int errno) {
        return text(NAME, errno);
    }

    /** Such as {@code No such file or directory}. */
    public static String describe(int errno) {
        return text(DESCRIPTION, errno);
    }

    /** glibc 2.32 and later; unlike strerror(3) these return constants, whatever other threads do. */
    private static Optional<MethodHandle> lookUp(String symbol) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(symbol)
                .map(address -> linker.downcallHandle(
                        address, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)));
    }

    private static String text(Optional<MethodHandle> function, int errno) {
        String fallback = "errno " + errno;
        if (function.isEmpty()) return fallback;
        try {
            var text = (MemorySegment) function.get().invokeExact(errno);
            return text.equals(MemorySegment.NULL)
                    ? fallback
                    : text.reinterpret(TEXT_LIMIT).getString(0);
        } catch (Throwable e) {
            throw new AssertionError("a libc function without failures", e);
        }
    }
}
