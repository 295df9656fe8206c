package org.wguplink.lab.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.inet.Echo;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;

/** A LAN host that opens a new UDP flow of one datagram at a steady beat: shows where new flows leave. */
public final class FreshFlows implements AutoCloseable {
    public static final Duration BEAT = Duration.ofMillis(100);

    private static final int PROBE_BYTES = 32;
    /** Flows kept open for their reply: a second's worth at the usual beat. */
    private static final int OPEN_FLOWS = 10;

    private final Selector selector;
    private final InetSocketAddress echo;
    private final long intervalNanos;
    private final ProbeLog log = new ProbeLog();
    private final Deque<DatagramChannel> open = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PROBE_BYTES);

    private FreshFlows(Selector selector, InetSocketAddress echo, Duration interval) {
        this.selector = selector;
        this.echo = echo;
        this.intervalNanos = interval.toNanos();
    }

    /** Starts in a LAN host's namespace towards a public address. */
    public static FreshFlows start(String namespace, String target, Duration interval) throws IOException {
        InetSocketAddress echo = new InetSocketAddress(InetAddress.ofLiteral(target), InternetServers.UDP_ECHO);
        FreshFlows flows = new FreshFlows(Selector.open(), echo, interval);
        InNamespace.startClock(namespace, "fresh flows", flows::run);
        return flows;
    }

    /** All since the start; one probe a flow. */
    public Timeline timeline() {
        return log.all();
    }

    /** The latest flows; cheaper. */
    public Timeline timeline(Duration back) {
        return log.since(new MonoTime(System.nanoTime() - back.toNanos()));
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    private void run() {
        long due = System.nanoTime();
        try {
            while (selector.isOpen()) {
                long wait = (due - System.nanoTime() + 999_999) / 1_000_000;
                if (wait > 0) {
                    selector.select(this::receive, wait);
                    continue;
                }
                begin();
                due = Math.max(due + intervalNanos, System.nanoTime() - intervalNanos);
            }
        } catch (ClosedSelectorException _) {
            // Closed while we waited.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open.forEach(FreshFlows::end);
        }
    }

    private void begin() throws IOException {
        if (open.size() >= OPEN_FLOWS) end(open.removeFirst());
        DatagramChannel channel = DatagramChannel.open();
        open.addLast(channel);
        channel.configureBlocking(false);
        long now = System.nanoTime();
        int sequence = log.sent(now);
        try {
            channel.connect(echo);
            channel.register(selector, SelectionKey.OP_READ);
            channel.write(buffer.clear().putLong(0, sequence));
        } catch (IOException _) {
            // No route: the flow is lost, and stays in the log without a reply.
        }
    }

    private void receive(SelectionKey key) {
        try {
            int read = ((DatagramChannel) key.channel()).read(buffer.clear());
            long now = System.nanoTime();
            buffer.flip();
            if (read >= Echo.ANSWER_BYTES) log.replied(buffer.getLong(0), now, Echo.exit(buffer));
        } catch (IOException _) {
            // An ICMP error: this flow found no way out.
        }
    }

    private static void end(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
