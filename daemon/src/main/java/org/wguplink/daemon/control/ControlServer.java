package org.wguplink.daemon.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Request;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;

/**
 * The control socket: JSON-RPC 2.0, a message a line, for root and the group {@code wguplink} alone. Connections are
 * served one thread each, {@value #MOST_CONNECTIONS} at most; a request is answered within {@value #TIMEOUT_S} s.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MOST_CONNECTIONS = 32;
    private static final int TIMEOUT_S = 30;
    private static final String GROUP = "wguplink";

    private final ServerSocketChannel server;
    private final ControlApi api;
    private final Path socket;
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);

    /** Listens from now on; a socket that a dead process left is replaced. */
    public ControlServer(Path socket, ControlApi api) throws IOException {
        this.socket = socket;
        this.api = api;
        Path directory = Files.createDirectories(socket.resolveSibling("."));
        // the directory is closed to others before the socket is there
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        Files.deleteIfExists(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        shareWithGroup(directory, socket);
        Thread.ofPlatform().daemon().name("control").start(this::accept);
    }

    private static void shareWithGroup(Path... paths) throws IOException {
        try {
            GroupPrincipal group =
                    paths[0].getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            for (Path path : paths)
                Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException e) {
            LOG.log(Level.DEBUG, "no group {0}: the control socket is for root alone", GROUP);
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (!free.tryAcquire()) {
                    client.close();
                    continue;
                }
                Thread.ofPlatform().daemon().name("control-client").start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "control socket: {0}", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                InputStream in = new BufferedInputStream(Channels.newInputStream(client))) {
            for (Optional<String> line = readLine(in); line.isPresent(); line = readLine(in)) {
                ByteBuffer out = StandardCharsets.UTF_8.encode(Wire.encode(answer(line.get())) + "\n");
                while (out.hasRemaining()) client.write(out);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control client: {0}", e.getMessage());
        } finally {
            free.release();
        }
    }

    private Response answer(String line) {
        Request request;
        try {
            request = Wire.decode(Request.class, line);
        } catch (Wire.WireException e) {
            return Response.error(null, Response.PARSE_ERROR, String.valueOf(e.getMessage()));
        }
        if (!"2.0".equals(request.jsonrpc()))
            return Response.error(request.id(), Response.INVALID_REQUEST, "expected \"jsonrpc\":\"2.0\"");
        Optional<Method> method = Method.of(String.valueOf(request.method()));
        if (method.isEmpty())
            return Response.error(
                    request.id(), Response.METHOD_NOT_FOUND, "no method '%s'".formatted(request.method()));
        Params params = request.params();
        try {
            Object result = api.call(method.get(), params == null ? Params.NONE : params)
                    .get(TIMEOUT_S, TimeUnit.SECONDS);
            return Response.result(request.id(), Wire.encode(result));
        } catch (ExecutionException e) {
            return e.getCause() instanceof ControlApi.RefusedException refused
                    ? Response.error(request.id(), refused.code(), String.valueOf(refused.getMessage()))
                    : internal(request, e.getCause());
        } catch (TimeoutException e) {
            return Response.error(request.id(), Response.INTERNAL_ERROR, "no answer within %d s".formatted(TIMEOUT_S));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Response.error(request.id(), Response.INTERNAL_ERROR, "shutting down");
        }
    }

    private static Response internal(Request request, @Nullable Throwable cause) {
        LOG.log(Level.ERROR, "control request " + request.method(), cause);
        return Response.error(request.id(), Response.INTERNAL_ERROR, String.valueOf(cause));
    }

    /** The next line; empty at the end, or when a line is longer than the protocol allows. */
    private static Optional<String> readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') return Optional.of(line.toString(StandardCharsets.UTF_8));
            if (line.size() >= Wire.MAX_LINE) return Optional.empty();
            line.write(b);
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
