package org.wguplink.lab.inet;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.wguplink.lab.net.LabException;

/** The system calls that Java has no method for. They act on the calling thread, so it must be a platform thread. */
final class LinuxCalls {
    /** {@code <sched.h>}: the network namespace. */
    private static final int CLONE_NEWNET = 0x40000000;

    private static final int SCHED_FIFO = 1;
    /** {@code O_RDONLY | O_CLOEXEC}. */
    private static final int READ_ONLY = 0x80000;
    /** {@code O_RDWR | O_NONBLOCK | O_CLOEXEC}. */
    private static final int READ_WRITE_NONBLOCK = 0x80802;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO_OPTION = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SET_SCHEDULER =
            handle("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    private LinuxCalls() {}

    /** Moves the calling thread into a network namespace, setns(2). */
    static void enterNetwork(String namespace) throws LabException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            String path = "/run/netns/" + namespace;
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), READ_ONLY);
            if (fd < 0) throw new LabException("open %s: errno %d".formatted(path, (int) ERRNO.get(state, 0L)));
            int entered = (int) SETNS.invokeExact(state, fd, CLONE_NEWNET);
            int errno = (int) ERRNO.get(state, 0L);
            int closed = (int) CLOSE.invokeExact(state, fd);
            if (entered != 0 || closed != 0) throw new LabException("setns %s: errno %d".formatted(path, errno));
        } catch (LabException e) {
            throw e;
        } catch (Throwable e) {
            throw new LabException("cannot enter " + namespace, e);
        }
    }

    /** Opens a device for reading and writing without waiting, open(2), in the calling thread's namespaces. */
    static int openDevice(String path) throws LabException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), READ_WRITE_NONBLOCK);
            if (fd < 0) throw new LabException("open %s: errno %d".formatted(path, (int) ERRNO.get(state, 0L)));
            return fd;
        } catch (LabException e) {
            throw e;
        } catch (Throwable e) {
            throw new LabException("cannot open " + path, e);
        }
    }

    /**
     * Lets the calling thread run before all ordinary ones, sched(7): a clock must not wait for what it measures. False
     * where the machine does not permit it.
     */
    static boolean runFirst(int priority) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment parameter = arena.allocateFrom(JAVA_INT, priority);
            return (int) SET_SCHEDULER.invokeExact(state, 0, SCHED_FIFO, parameter) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("sched_setscheduler", e);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = ERRNO_OPTION;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }
}
