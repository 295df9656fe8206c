package org.wguplink.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Request;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;
import org.wguplink.control.Wire.WireException;

/** One question to {@code uplinkd} over its unix socket. */
final class ControlClient {
    /** How long an answer may take; the longest, {@code uplink_test}, takes a few seconds. */
    private static final int PATIENCE_MS = 30_000;

    /** {@code sun_path} of unix(7), without its final zero. */
    private static final int LONGEST_PATH = 107;

    private static final int BUFFER = 16 * 1024;

    private ControlClient() {}

    static Path socket(Path root) {
        return root.resolve("var/run/wireguard-uplink/control.sock");
    }

    /** The JSON text of the result. */
    static String call(Path root, Method method, Params params) throws CliException {
        return call(root, method, params, PATIENCE_MS);
    }

    static String call(Path root, Method method, Params params, int patienceMs) throws CliException {
        Path socket = socket(root);
        Response response = exchange(root, socket, Request.of(1, method, params), patienceMs);
        Response.@Nullable Failure error = response.error();
        if (error != null) throw new CliException(CliException.NO, error.code(), error.message());
        String result = response.result();
        if (result == null) throw unusable(socket, "neither a result nor an error");
        return result;
    }

    /** The result as a record. */
    static <T> T decode(Class<T> type, String result) throws CliException {
        try {
            return Wire.decode(type, result);
        } catch (WireException e) {
            throw CliException.unreachable("uplinkd gave an answer that is " + e.getMessage());
        }
    }

    private static Response exchange(Path root, Path socket, Request request, int patienceMs) throws CliException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connect(channel, root, socket);
            giveUpLater(channel, patienceMs);
            ByteBuffer line = ByteBuffer.wrap((Wire.encode(request) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) channel.write(line);
            Response response = Wire.decode(Response.class, readLine(channel, socket));
            Long id = response.id();
            if (id == null ? response.error() == null : id != request.id())
                throw unusable(socket, "the answer to another request, " + id);
            return response;
        } catch (AsynchronousCloseException e) {
            throw CliException.unreachable(
                    "uplinkd did not answer within " + patienceMs / 1000 + " s (" + socket + "); its log may say why");
        } catch (WireException e) {
            throw unusable(socket, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw unusable(socket, "the connection broke: " + e.getMessage());
        }
    }

    /** Java has one exception for most ways to fail, and the system's words may be in any language: look why. */
    private static void connect(SocketChannel channel, Path root, Path socket) throws CliException {
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            if (socket.toString().length() > LONGEST_PATH)
                throw CliException.unreachable("the path " + socket + " is too long for a unix socket (at most "
                        + LONGEST_PATH + " bytes): use a shorter --root");
            String start = root.toString().equals("/")
                    ? "start it with 'systemctl start uplinkd', or run 'uplinkd'"
                    : "start it with 'uplinkd --root " + root + "'";
            Path directory = socket.getParent();
            boolean hidden = directory != null && Files.isDirectory(directory) && !Files.isExecutable(directory);
            if (hidden || (Files.exists(socket) && !Files.isWritable(socket)))
                throw CliException.unreachable(
                        "no permission for " + socket + ": run wgctl as root or as a member of the group 'wguplink'");
            if (!Files.exists(socket))
                throw CliException.unreachable("uplinkd is not running (no socket at " + socket + "): " + start);
            if (e instanceof java.net.ConnectException)
                throw CliException.unreachable("uplinkd is not running (nobody listens at " + socket + "): " + start);
            throw CliException.unreachable("cannot connect to " + socket + ": " + e.getMessage());
        }
    }

    private static String readLine(SocketChannel channel, Path socket) throws IOException, CliException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        var line = new ByteArrayOutputStream(BUFFER);
        while (channel.read(buffer) >= 0) {
            byte[] bytes = buffer.array();
            for (int i = 0; i < buffer.position(); i++) {
                if (bytes[i] != '\n') continue;
                line.write(bytes, 0, i);
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(bytes, 0, buffer.position());
            buffer.clear();
            if (line.size() >= Wire.MAX_LINE) throw unusable(socket, "a line of more than " + Wire.MAX_LINE + " bytes");
        }
        throw unusable(socket, line.size() == 0 ? "nothing: it closed the connection" : "half an answer");
    }

    /** A blocking channel has no timeout: closing it from outside is the way to have one. */
    private static void giveUpLater(SocketChannel channel, int patienceMs) {
        var watchdog = new Thread("wgctl-patience") {
            @Override
            public void run() {
                try {
                    Thread.sleep(patienceMs);
                    channel.close();
                } catch (InterruptedException | IOException e) {
                    interrupt(); // the process is ending: nothing is left to wait for
                }
            }
        };
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static CliException unusable(Path socket, String what) {
        return CliException.unreachable("no usable answer from uplinkd at " + socket + ": " + what);
    }
}
