package org.wguplink.linux.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * System calls. Every method returns 0 or more, or {@code -errno} as the kernel itself does; see {@link
 * OsException#check}. Nothing is allocated by a call. Blocking calls hold their thread: use platform threads.
 */
public final class Libc {
    private Libc() {}

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO = function(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVFROM = function(
            "recvfrom", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PPOLL =
            function("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle EVENTFD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETPRIORITY =
            function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle GETPRIORITY =
            function("getpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));

    public static int socket(int domain, int type, int protocol) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) SOCKET.invokeExact(state, domain, type, protocol), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int bind(int fd, MemorySegment address) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) BIND.invokeExact(state, fd, address, (int) address.byteSize()), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int connect(int fd, MemorySegment address) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** @param length an int: the room in {@code address}, then what was written */
    public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) GETSOCKNAME.invokeExact(state, fd, address, length), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int setsockopt(int fd, int level, int name, MemorySegment value) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, (int) value.byteSize()), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** @param address a sockaddr, or {@link MemorySegment#NULL} */
    public static int sendto(int fd, MemorySegment data, long length, int flags, MemorySegment address) {
        MemorySegment state = CAPTURED.get();
        try {
            return result(
                    (long) SENDTO.invokeExact(state, fd, data, length, flags, address, (int) address.byteSize()),
                    state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /**
     * @param address room for the sender's sockaddr, or {@link MemorySegment#NULL}
     * @param length an int: the room in {@code address}, then what was written; or {@link MemorySegment#NULL}
     */
    public static int recvfrom(int fd, MemorySegment into, int flags, MemorySegment address, MemorySegment length) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((long) RECVFROM.invokeExact(state, fd, into, into.byteSize(), flags, address, length), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int read(int fd, MemorySegment into) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((long) READ.invokeExact(state, fd, into, into.byteSize()), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int write(int fd, MemorySegment data) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((long) WRITE.invokeExact(state, fd, data, data.byteSize()), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /**
     * Waits for {@code count} structs pollfd.
     *
     * @param timeout a struct timespec, which is not changed
     */
    public static int ppoll(MemorySegment pollfds, long count, MemorySegment timeout) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) PPOLL.invokeExact(state, pollfds, count, timeout, MemorySegment.NULL), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int eventfd(int initial, int flags) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) EVENTFD.invokeExact(state, initial, flags), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** @param who 0 with PRIO_PROCESS: the calling thread alone, on Linux */
    public static int setpriority(int which, int who, int nice) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) SETPRIORITY.invokeExact(state, which, who, nice), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** The nice value itself, -20 to 19. Only of the calling thread, where it cannot fail. */
    public static int getpriority(int which) {
        MemorySegment state = CAPTURED.get();
        try {
            return (int) GETPRIORITY.invokeExact(state, which, 0);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int close(int fd) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    public static int ioctl(int fd, long request, MemorySegment argument) {
        MemorySegment state = CAPTURED.get();
        try {
            return result((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return LINKER.downcallHandle(address, type, Linker.Option.captureCallState("errno"));
    }

    private static int result(long result, MemorySegment state) {
        return result < 0 ? -(int) ERRNO.get(state, 0L) : Math.toIntExact(result);
    }

    /** A handle throws only what is wrong on our side: a closed segment, a wrong type. */
    private static RuntimeException bug(Throwable e) {
        if (e instanceof RuntimeException unchecked) return unchecked;
        if (e instanceof Error error) throw error;
        return new IllegalStateException(e);
    }
}
