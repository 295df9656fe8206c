package org.wguplink.lab.meter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;

/**
 * Three TCP connections of a LAN host: one that only sends, one that only receives, one that is idle. Tells when each of
 * them was ended by an error, as a program notices it; one that hangs is never ended.
 */
public final class TcpClients implements AutoCloseable {
    /** What a connection does. */
    public enum Kind {
        SENDER,
        DOWNLOAD,
        IDLE
    }

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int PART_BYTES = 64;

    private final Map<Kind, SocketChannel> channels = new EnumMap<>(Kind.class);
    private final Map<Kind, MonoTime> resets = new ConcurrentHashMap<>();
    private volatile boolean over;

    private TcpClients() {}

    /** Connects all three from a LAN host's namespace to a public address. */
    public static TcpClients open(String namespace, String target) throws IOException {
        TcpClients clients = new TcpClients();
        for (Kind kind : Kind.values()) {
            var server = new InetSocketAddress(InetAddress.ofLiteral(target), port(kind));
            SocketChannel channel = InNamespace.call(namespace, () -> SocketChannel.open(server));
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            clients.channels.put(kind, channel);
            InNamespace.startClock(namespace, "tcp " + kind, () -> clients.receive(kind, channel));
            if (kind == Kind.SENDER) InNamespace.startClock(namespace, "tcp sends", () -> clients.send(channel));
        }
        return clients;
    }

    /** When it was reset; empty while it lives or hangs. */
    public Optional<MonoTime> resetAt(Kind kind) {
        return Optional.ofNullable(resets.get(kind));
    }

    /** Whether none of them lives. */
    public boolean areAllReset() {
        return resets.size() == Kind.values().length;
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (SocketChannel channel : channels.values()) channel.close();
    }

    private static int port(Kind kind) {
        return kind == Kind.DOWNLOAD ? InternetServers.TCP_STREAM : InternetServers.TCP_SINK;
    }

    private void receive(Kind kind, SocketChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (channel.read(buffer.clear()) >= 0) {}
        } catch (IOException _) {
            ended(kind);
        }
    }

    private void send(SocketChannel channel) {
        ByteBuffer part = ByteBuffer.allocateDirect(PART_BYTES);
        try {
            while (true) {
                channel.write(part.clear());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException _) {
            ended(Kind.SENDER);
        }
    }

    /** Reader and writer of one connection may both notice: the first one counts. */
    private void ended(Kind kind) {
        if (!over) resets.putIfAbsent(kind, new MonoTime(System.nanoTime()));
    }
}
