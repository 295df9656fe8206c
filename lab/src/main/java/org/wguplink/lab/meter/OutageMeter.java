package org.wguplink.lab.meter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.inet.Echo;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;

/**
 * A LAN host that sends a datagram to the internet's echo at a steady beat, over one 5-tuple. {@link #stall()} is the
 * latest that the beat ever was: distrust outages of that length.
 */
public final class OutageMeter implements AutoCloseable {
    public static final Duration BEAT = Duration.ofMillis(5);

    private static final int PROBE_BYTES = 32;

    private final DatagramChannel channel;
    private final long intervalNanos;
    private final ProbeLog log = new ProbeLog();
    private final AtomicLong stallNanos = new AtomicLong();

    private OutageMeter(DatagramChannel channel, Duration interval) {
        this.channel = channel;
        this.intervalNanos = interval.toNanos();
    }

    /** Starts to send from a LAN host's namespace to a public address. */
    public static OutageMeter start(String namespace, String target, Duration interval) throws IOException {
        InetSocketAddress echo = new InetSocketAddress(InetAddress.ofLiteral(target), InternetServers.UDP_ECHO);
        OutageMeter meter = new OutageMeter(
                InNamespace.call(namespace, () -> DatagramChannel.open().connect(echo)), interval);
        InNamespace.startClock(namespace, "meter receives", meter::receive);
        InNamespace.startClock(namespace, "meter sends", meter::send);
        return meter;
    }

    /** All since the start. */
    public Timeline timeline() {
        return log.all();
    }

    /** The latest probes; cheaper. */
    public Timeline timeline(Duration back) {
        return log.since(new MonoTime(System.nanoTime() - back.toNanos()));
    }

    /** How late the latest probe of all was sent. */
    public Duration stall() {
        return Duration.ofNanos(stallNanos.get());
    }

    /** Begins a new measurement of {@link #stall()}. */
    public void forgetStall() {
        stallNanos.set(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void send() {
        ByteBuffer probe = ByteBuffer.allocateDirect(PROBE_BYTES);
        long due = System.nanoTime();
        while (channel.isOpen()) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            stallNanos.accumulateAndGet(now - due, Math::max);
            int sequence = log.sent(now);
            try {
                channel.write(probe.clear().putLong(0, sequence));
            } catch (IOException _) {
                // No route, or refused on the way: this probe is lost, which is what we are here to count.
            }
            due = Math.max(due + intervalNanos, now - 5 * intervalNanos);
        }
    }

    private void receive() {
        ByteBuffer answer = ByteBuffer.allocateDirect(PROBE_BYTES);
        while (channel.isOpen()) {
            try {
                channel.read(answer.clear());
                long now = System.nanoTime();
                answer.flip();
                if (answer.limit() >= Echo.ANSWER_BYTES) log.replied(answer.getLong(0), now, Echo.exit(answer));
            } catch (IOException _) {
                // An ICMP error about an earlier probe, or the meter is closed.
            }
        }
    }
}
