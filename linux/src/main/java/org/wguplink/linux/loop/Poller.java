package org.wguplink.linux.loop;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.OsException;

/**
 * Waits for descriptors to become readable and runs their callbacks. One thread owns it and calls everything but {@link
 * #wakeUp()}; a callback may watch and unwatch. Level-triggered: a callback that leaves data unread runs again.
 */
public final class Poller implements AutoCloseable {
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final StructLayout POLLFD = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("fd"),
            ValueLayout.JAVA_SHORT.withName("events"),
            ValueLayout.JAVA_SHORT.withName("revents"));
    private static final long EVENTS = 4;
    private static final long REVENTS = 6;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment timespec = arena.allocate(ValueLayout.JAVA_LONG, 2);
    private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
    private final MemorySegment counter = arena.allocate(ValueLayout.JAVA_LONG);
    private final Map<Integer, Watch> watched = new LinkedHashMap<>();
    private final int wakeUpFd;
    private final Object closing = new Object();
    private boolean closed;

    private List<Watch> order = List.of();
    private MemorySegment pollfds = MemorySegment.NULL;
    private boolean changed = true;

    private record Watch(int fd, short events, Runnable callback) {}

    public Poller() throws OsException {
        wakeUpFd = OsException.check(Libc.eventfd(0, EFD_CLOEXEC_NONBLOCK), "eventfd", "of the poller");
        watch(wakeUpFd, () -> Libc.read(wakeUpFd, counter));
    }

    /** Runs {@code onReadable} when {@code fd} has something to read or has failed; replaces an earlier callback. */
    public void watch(int fd, Runnable onReadable) {
        add(new Watch(fd, POLLIN, onReadable));
    }

    /** Runs {@code onWritable} when {@code fd} can be written to or has failed; replaces an earlier callback. */
    public void watchWritable(int fd, Runnable onWritable) {
        add(new Watch(fd, POLLOUT, onWritable));
    }

    private void add(Watch watch) {
        watched.put(watch.fd, watch);
        changed = true;
    }

    /** After this the callback does not run any more, even when the descriptor was found readable already. */
    public void unwatch(int fd) {
        watched.remove(fd);
        changed = true;
    }

    /** Makes the present {@link #poll}, or else the next, return at once. From any thread, also after the end. */
    public void wakeUp() {
        synchronized (closing) {
            // fails only when the counter is full: then a wake-up is pending anyway
            if (!closed) Libc.write(wakeUpFd, one);
        }
    }

    /**
     * Waits up to {@code timeout} (zero: not at all) and runs the callbacks of what is readable. May return early
     * without running any.
     *
     * @return whether any ran, that of {@link #wakeUp} apart
     */
    public boolean poll(Duration timeout) throws OsException {
        if (changed) layOut();
        Duration wait = timeout.isNegative() ? Duration.ZERO : timeout;
        timespec.setAtIndex(ValueLayout.JAVA_LONG, 0, wait.getSeconds());
        timespec.setAtIndex(ValueLayout.JAVA_LONG, 1, wait.getNano());
        int ready = Libc.ppoll(pollfds, order.size(), timespec);
        if (ready == -Errno.EINTR) return false;
        OsException.check(ready, "ppoll", "of the poller");
        List<Watch> polled = order;
        MemorySegment results = pollfds;
        boolean ran = false;
        for (int i = 0; i < polled.size() && ready > 0; i++) {
            if (results.get(ValueLayout.JAVA_SHORT, i * POLLFD.byteSize() + REVENTS) == 0) continue;
            ready--;
            Watch watch = polled.get(i);
            if (!watch.equals(watched.get(watch.fd))) continue;
            watch.callback.run();
            ran |= watch.fd != wakeUpFd;
        }
        return ran;
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (closed) return;
            closed = true;
            Libc.close(wakeUpFd);
            arena.close();
        }
    }

    private void layOut() {
        var watches = new ArrayList<>(watched.values());
        // of the collector's: the number of descriptors changes seldom
        MemorySegment structs = Arena.ofAuto().allocate(POLLFD, watches.size());
        for (int i = 0; i < watches.size(); i++) {
            structs.set(
                    ValueLayout.JAVA_INT, i * POLLFD.byteSize(), watches.get(i).fd());
            structs.set(
                    ValueLayout.JAVA_SHORT,
                    i * POLLFD.byteSize() + EVENTS,
                    watches.get(i).events());
        }
        order = watches;
        pollfds = structs;
        changed = false;
    }
}
