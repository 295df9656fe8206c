package org.wguplink.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A control socket that answers every request with the same bytes; it notes what it was asked. */
final class FakeDaemon implements AutoCloseable {
    static final String SILENCE = "silence";

    private final ServerSocketChannel server;
    private final Path socket;
    private final String answer;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<SocketChannel> silent = Collections.synchronizedList(new ArrayList<>());

    private FakeDaemon(Path root, String answer) throws IOException {
        this.answer = answer;
        socket = ControlClient.socket(root);
        Files.createDirectories(root.resolve("var/run/wireguard-uplink"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::serve);
    }

    /** @param answer written as it is, then the connection is closed; {@link #SILENCE} does neither */
    static FakeDaemon answering(Path root, String answer) throws IOException {
        return new FakeDaemon(root, answer);
    }

    static FakeDaemon result(Path root, String json) throws IOException {
        return answering(root, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + json + "}\n");
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : silent) channel.close();
        Files.deleteIfExists(socket);
    }

    private void serve() {
        while (true) {
            try {
                answer(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(SocketChannel channel) throws IOException {
        var request = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (request.indexOf("\n") < 0 && channel.read(buffer.clear()) >= 0)
            request.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        requests.add(request.toString());
        if (answer.equals(SILENCE)) {
            silent.add(channel);
            return;
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(answer);
        try (channel) {
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException e) {
            bytes.clear(); // the client gave up in the middle of a line that is too long
        }
    }
}
