package org.wguplink.lab.meter;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;

/** A LAN host that begins to fetch a page at a steady beat, each time over a new connection: what people feel. */
public final class Fetches implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(50);
    /** Later than this nobody waits any more. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** As long as those with cookies are: more than a packet. */
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: lab\r\nCookie: %s\r\n\r\n"
            .formatted("c".repeat(2000))
            .getBytes(US_ASCII);

    private record Fetch(MonoTime begun, Optional<MonoTime> done) {}

    private final InetSocketAddress server;
    private final List<Fetch> ended = new ArrayList<>();
    private volatile boolean over;

    private Fetches(InetSocketAddress server) {
        this.server = server;
    }

    /** Starts in a LAN host's namespace towards a public address. */
    public static Fetches start(String namespace, String target) throws IOException {
        var fetches = new Fetches(new InetSocketAddress(InetAddress.ofLiteral(target), InternetServers.HTTP));
        InNamespace.startClock(namespace, "fetches", fetches::run);
        return fetches;
    }

    /** From {@code from} until the first page had come that was asked for since; empty when none had until {@code to}. */
    public synchronized Optional<Duration> first(MonoTime from, MonoTime to) {
        return ended.stream()
                .filter(f -> !f.begun.isBefore(from))
                .flatMap(f -> f.done.stream())
                .filter(done -> done.isBefore(to))
                .min(MonoTime::compareTo)
                .map(done -> done.since(from));
    }

    /** Which part of those begun in that time succeeded, 0 to 1; empty without any. */
    public synchronized OptionalDouble succeeded(MonoTime from, MonoTime to) {
        return ended.stream()
                .filter(f -> !f.begun.isBefore(from) && f.begun.isBefore(to))
                .mapToDouble(f -> f.done.isPresent() ? 1 : 0)
                .average();
    }

    @Override
    public void close() {
        over = true;
    }

    private void run() {
        while (!over) {
            MonoTime begun = new MonoTime(System.nanoTime());
            try {
                // of this thread's namespace, whichever thread uses it
                SocketChannel channel = SocketChannel.open();
                Thread.ofVirtual().start(() -> end(begun, fetch(channel)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }

    private boolean fetch(SocketChannel channel) {
        try (Socket socket = channel.socket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(server, (int) PATIENCE.toMillis());
            socket.getOutputStream().write(REQUEST);
            return socket.getInputStream().readAllBytes().length > InternetServers.PAGE_BYTES;
        } catch (IOException _) {
            return false;
        }
    }

    private synchronized void end(MonoTime begun, boolean succeeded) {
        ended.add(new Fetch(begun, succeeded ? Optional.of(new MonoTime(System.nanoTime())) : Optional.empty()));
    }
}
