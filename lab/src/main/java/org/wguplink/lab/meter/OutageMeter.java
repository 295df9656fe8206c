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
import org.wguplink.lab.inet.InNamespace;

/**
 * A LAN host that sends a datagram to the internet's echo at a steady beat, over one 5-tuple. {@link #stall()} is the
 * latest that the beat ever was: distrust outages of that length.
 */
public final class OutageMeter implements AutoCloseable {
    public static final Duration BEAT = Duration.ofMillis(5);

    private final DatagramChannel channel;
    private final Talk talk;
    private final long intervalNanos;
    private final ProbeLog log = new ProbeLog();
    private final AtomicLong stallNanos = new AtomicLong();

    private OutageMeter(DatagramChannel channel, Talk talk, Duration interval) {
        this.channel = channel;
        this.talk = talk;
        this.intervalNanos = interval.toNanos();
    }

    /** Starts to send from a LAN host's namespace to a public address. */
    public static OutageMeter start(String namespace, String target, Duration interval) throws IOException {
        return start(namespace, target, Talk.ECHO, interval);
    }

    /** Starts to ask a resolver for a name, always from the same port; the exits are ISPs whose resolver answers. */
    public static OutageMeter startQueries(String namespace, String resolver, Duration interval) throws IOException {
        return start(namespace, resolver, Talk.QUERY, interval);
    }

    private static OutageMeter start(String namespace, String target, Talk talk, Duration interval) throws IOException {
        var server = new InetSocketAddress(InetAddress.ofLiteral(target), talk.port());
        OutageMeter meter = new OutageMeter(
                InNamespace.call(namespace, () -> DatagramChannel.open().connect(server)), talk, interval);
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
        ByteBuffer probe = ByteBuffer.allocateDirect(Talk.ROOM);
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
                channel.write(talk.ask(sequence, probe));
            } catch (IOException _) {
                // No route, or refused on the way: this probe is lost, which is what we are here to count.
            }
            due = Math.max(due + intervalNanos, now - 5 * intervalNanos);
        }
    }

    private void receive() {
        ByteBuffer answer = ByteBuffer.allocateDirect(Talk.ROOM);
        while (channel.isOpen()) {
            try {
                channel.read(answer.clear());
                long now = System.nanoTime();
                answer.flip();
                if (talk.isAnswer(answer)) log.replied(talk.sequence(answer, log.latest()), now, talk.exit(answer));
            } catch (IOException _) {
                // An ICMP error about an earlier probe, or the meter is closed.
            }
        }
    }
}
