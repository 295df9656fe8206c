package org.wguplink.lab.meter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;

/** A LAN host that sends or fetches as much as its line takes, or sends without ever getting an answer. */
public final class Bulk implements AutoCloseable {
    /** Nobody listens there, and nobody says so. */
    public static final int SILENT_PORT = 9;

    private static final Duration BEAT = Duration.ofMillis(5);

    private final Channel channel;

    private Bulk(Channel channel) {
        this.channel = channel;
    }

    public static Bulk upload(String namespace, String target) throws IOException {
        SocketChannel channel = connect(namespace, target, InternetServers.TCP_SINK);
        ByteBuffer part = ByteBuffer.allocateDirect(64 * 1024);
        return run(namespace, channel, () -> channel.write(part.clear()));
    }

    public static Bulk download(String namespace, String target) throws IOException {
        SocketChannel channel = connect(namespace, target, InternetServers.TCP_FLOOD);
        ByteBuffer part = ByteBuffer.allocateDirect(256 * 1024);
        return run(namespace, channel, () -> channel.read(part.clear()));
    }

    /** 200 small datagrams a second that nobody answers. */
    public static Bulk oneWay(String namespace, String target) throws IOException {
        var sink = new InetSocketAddress(InetAddress.ofLiteral(target), SILENT_PORT);
        DatagramChannel channel = InNamespace.call(namespace, DatagramChannel::open);
        ByteBuffer part = ByteBuffer.allocateDirect(64);
        return run(namespace, channel, () -> {
            LockSupport.parkNanos(BEAT.toNanos());
            return channel.send(part.clear(), sink);
        });
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static SocketChannel connect(String namespace, String target, int port) throws IOException {
        var server = new InetSocketAddress(InetAddress.ofLiteral(target), port);
        return InNamespace.call(namespace, () -> SocketChannel.open(server));
    }

    /** A part of the work; what it gives is below zero at the end. */
    private interface Part {
        int move() throws IOException;
    }

    private static Bulk run(String namespace, Channel channel, Part part) throws IOException {
        InNamespace.call(
                namespace,
                () -> Thread.ofPlatform().daemon().name("bulk").start(() -> {
                    try {
                        while (part.move() >= 0) {}
                    } catch (IOException _) {
                        // closed, or the connection has ended: nothing is left to do
                    }
                }));
        return new Bulk(channel);
    }
}
