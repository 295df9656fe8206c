package org.wguplink.lab.inet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongUnaryOperator;
import org.wguplink.lab.net.LabException;
import org.wguplink.linux.ffi.Libc;

/**
 * A tun device that gives every packet back after a time, in order: what netem does, for kernels without it. Lives in one
 * network namespace until it is drained.
 */
public final class DelayRelay {
    /** {@code <linux/if_tun.h>}: TUNSETIFF, IFF_TUN | IFF_NO_PI; struct ifreq of {@code <linux/if.h>}. */
    private static final long SET_INTERFACE = 0x400454ca;

    private static final short TUN_WITHOUT_HEADER = 0x1001;
    private static final int REQUEST_BYTES = 40;
    private static final int FLAGS_AT = 16;
    private static final int LARGEST_PACKET = 2048;
    private static final short READABLE = 1;
    private static final Duration IDLE = Duration.ofMillis(50);

    private record Parked(long dueNanos, ByteBuffer packet) {}

    private final int fd;
    private final LongUnaryOperator delay;
    private final Duration longest;
    private final Deque<Parked> parked = new ArrayDeque<>();
    private volatile boolean over;

    private DelayRelay(int fd, LongUnaryOperator delay, Duration longest) {
        this.fd = fd;
        this.delay = delay;
        this.longest = longest;
    }

    /**
     * Makes the device, which is still down.
     *
     * @param delay of a packet in nanoseconds, from the moment of {@link System#nanoTime()} when it comes
     */
    public static DelayRelay start(String namespace, String device, LongUnaryOperator delay, Duration longest)
            throws IOException {
        DelayRelay relay = InNamespace.call(namespace, () -> new DelayRelay(openTun(device), delay, longest));
        InNamespace.startClock(namespace, "delay of " + device, relay::run);
        return relay;
    }

    /** Ends once everything that is parked has left; the device goes with it. */
    public void drain() throws IOException {
        try {
            Thread.sleep(longest.plus(IDLE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("draining").initCause(e);
        } finally {
            over = true;
        }
    }

    private static int openTun(String device) throws LabException {
        int fd = LinuxCalls.openDevice("/dev/net/tun");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES);
            request.setString(0, device);
            request.set(JAVA_SHORT, FLAGS_AT, TUN_WITHOUT_HEADER);
            int result = Libc.ioctl(fd, SET_INTERFACE, request);
            if (result < 0) throw new LabException("tun device %s: errno %d".formatted(device, -result));
            return fd;
        }
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(LARGEST_PACKET);
            MemorySegment poll = arena.allocate(8, 4);
            MemorySegment timeout = arena.allocate(16, 8);
            while (!over) {
                poll.set(JAVA_INT, 0, fd);
                poll.set(JAVA_SHORT, 4, READABLE);
                timeout.set(JAVA_LONG, 8, waitNanos());
                Libc.ppoll(poll, 1, timeout);
                take(packet);
                give();
            }
        } finally {
            Libc.close(fd);
        }
    }

    /** Less than a second: what does not fit is waited for in parts. */
    private long waitNanos() {
        Parked first = parked.peekFirst();
        long wait = first == null ? IDLE.toNanos() : first.dueNanos() - System.nanoTime();
        return Math.clamp(wait, 0, IDLE.toNanos());
    }

    private void take(MemorySegment packet) {
        for (int length = Libc.read(fd, packet); length > 0; length = Libc.read(fd, packet)) {
            ByteBuffer copy = ByteBuffer.allocateDirect(length)
                    .put(packet.asSlice(0, length).asByteBuffer());
            long now = System.nanoTime();
            parked.addLast(new Parked(now + delay.applyAsLong(now), copy.flip()));
        }
    }

    private void give() {
        while (!parked.isEmpty() && parked.peekFirst().dueNanos() <= System.nanoTime()) {
            // a device that is down takes nothing: lost, as on a line
            Libc.write(fd, MemorySegment.ofBuffer(parked.removeFirst().packet()));
        }
    }
}
