package org.wguplink.linux.wireguard;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A control socket of wireguard-go: one request a connection. Replies hold the private key: they are never quoted. */
record UapiSocket(Path path) {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int REPLY_LIMIT_BYTES = 4 << 20;

    /** Whether a process listens. A killed one leaves the file, and the kernel refuses the connection. */
    boolean isLive() throws IOException {
        if (!Files.exists(path)) return false;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException _) {
            return false;
        } catch (java.net.SocketException e) {
            // gone between the two questions
            if (!Files.exists(path)) return false;
            throw e;
        }
    }

    /** Sends a request and returns the reply's lines, without the last. @throws IOException also for an errno in it */
    List<String> exchange(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (out.hasRemaining()) {
                await(selector, deadline);
                channel.write(out);
            }
            key.interestOps(SelectionKey.OP_READ);
            return lines(read(channel, selector, deadline));
        }
    }

    private String read(SocketChannel channel, Selector selector, long deadline) throws IOException {
        var reply = new StringBuilder();
        ByteBuffer in = ByteBuffer.allocate(16384);
        // a reply ends with an empty line
        while (reply.indexOf("\n\n", Math.max(0, reply.length() - in.capacity() - 2)) < 0) {
            await(selector, deadline);
            in.clear();
            if (channel.read(in) < 0) throw new IOException("%s closed in the middle of a reply".formatted(path));
            reply.append(StandardCharsets.US_ASCII.decode(in.flip()));
            if (reply.length() > REPLY_LIMIT_BYTES) throw new IOException("%s: the reply has no end".formatted(path));
        }
        return reply.toString();
    }

    private List<String> lines(String reply) throws IOException {
        List<String> lines = reply.lines().filter(line -> !line.isEmpty()).toList();
        String last = lines.isEmpty() ? "" : lines.getLast();
        if (!last.startsWith("errno=")) throw new IOException("%s: a reply without errno".formatted(path));
        if (!last.equals("errno=0")) throw new IOException("%s refused the request: %s".formatted(path, last));
        return lines.subList(0, lines.size() - 1);
    }

    private void await(Selector selector, long deadline) throws IOException {
        long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (millis <= 0 || selector.select(millis) == 0)
            throw new IOException("%s did not answer within %d s".formatted(path, TIMEOUT.toSeconds()));
        selector.selectedKeys().clear();
    }
}
