package org.wguplink.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Request;
import org.wguplink.control.Response;
import org.wguplink.control.Status;
import org.wguplink.control.Wire;

/** Asks a daemon for its state without starting a program, which would disturb what is measured. */
final class ControlSocket {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private ControlSocket() {}

    static Status status(Path socket) throws IOException {
        String request = Wire.encode(Request.of(1, Method.STATUS, Params.NONE)) + "\n";
        try {
            Response response = Wire.decode(Response.class, exchange(socket, UTF_8.encode(request)));
            Response.Failure error = response.error();
            String result = response.result();
            if (error != null || result == null)
                throw new LabException("%s: status refused: %s".formatted(socket, error));
            return Wire.decode(Status.class, result);
        } catch (Wire.WireException e) {
            throw new LabException("%s: %s".formatted(socket, e.getMessage()), e);
        }
    }

    private static String exchange(Path socket, ByteBuffer request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            while (request.hasRemaining()) channel.write(request);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer answer = ByteBuffer.allocate(Wire.MAX_LINE);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (answer.position() == 0 || answer.get(answer.position() - 1) != '\n') {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) throw new LabException("%s: no answer in %d s".formatted(socket, LIMIT.toSeconds()));
                selector.select(left);
                selector.selectedKeys().clear();
                if (channel.read(answer) < 0) throw new LabException(socket + ": closed without an answer");
            }
            return UTF_8.decode(answer.flip()).toString();
        }
    }
}
