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
import org.wguplink.lab.inet.InNamespace;

/** A LAN host that opens a new UDP flow of one datagram at a steady beat: shows where new flows leave. */
public final class FreshFlows implements AutoCloseable {
    public static final Duration BEAT = Duration.ofMillis(100);

    /** Of queries. */
    public static final Duration QUERY_BEAT = Duration.ofMillis(50);

    /** Flows kept open for their reply: a second's worth at the usual beat. */
    private static final int OPEN_FLOWS = 10;

    private final Selector selector;
    private final InetSocketAddress server;
    private final Talk talk;
    private final long intervalNanos;
    private final MonoTime first;
    private final ProbeLog log = new ProbeLog();
    private final Deque<DatagramChannel> open = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Talk.ROOM);

    private FreshFlows(Selector selector, InetSocketAddress server, Talk talk, Duration interval, MonoTime first) {
        this.selector = selector;
        this.server = server;
        this.talk = talk;
        this.intervalNanos = interval.toNanos();
        this.first = first;
    }

    /** Starts in a LAN host's namespace towards a public address. */
    public static FreshFlows start(String namespace, String target, Duration interval) throws IOException {
        return start(namespace, target, Talk.ECHO, interval, new MonoTime(System.nanoTime()));
    }

    /**
     * Starts to ask a resolver for a name, each time from another port, as programs do; the exits are ISPs whose resolver
     * answers.
     */
    public static FreshFlows startQueries(String namespace, String resolver, Duration interval) throws IOException {
        return startQueries(namespace, resolver, interval, new MonoTime(System.nanoTime()));
    }

    /** The same from a moment on. */
    public static FreshFlows startQueries(String namespace, String resolver, Duration interval, MonoTime first)
            throws IOException {
        return start(namespace, resolver, Talk.QUERY, interval, first);
    }

    private static FreshFlows start(String namespace, String target, Talk talk, Duration interval, MonoTime first)
            throws IOException {
        var server = new InetSocketAddress(InetAddress.ofLiteral(target), talk.port());
        FreshFlows flows = new FreshFlows(Selector.open(), server, talk, interval, first);
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
        long due = first.nanos();
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
            channel.connect(server);
            channel.register(selector, SelectionKey.OP_READ);
            channel.write(talk.ask(sequence, buffer));
        } catch (IOException _) {
            // No route: the flow is lost, and stays in the log without a reply.
        }
    }

    private void receive(SelectionKey key) {
        try {
            ((DatagramChannel) key.channel()).read(buffer.clear());
            long now = System.nanoTime();
            buffer.flip();
            if (talk.isAnswer(buffer)) log.replied(talk.sequence(buffer, log.latest()), now, talk.exit(buffer));
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
