package org.wguplink.daemon.control;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
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
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import org.wguplink.control.Response;

/**
 * The control socket: JSON-RPC 2.0, a message a line, for root and the group {@code wguplink} alone. Connections are
 * served one thread each, {@value #MOST_CONNECTIONS} at most; one more is told so and closed.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MOST_CONNECTIONS = 32;
    private static final Duration AFTER_FAULT = Duration.ofMillis(200);
    private static final Connection.Limits LIMITS =
            new Connection.Limits(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMinutes(10));
    private static final String GROUP = "wguplink";

    private final ServerSocketChannel server;
    private final Calls calls;
    private final Connection.Limits limits;
    private final ScheduledThreadPoolExecutor clock = clock();
    private final Path socket;
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);

    /** Listens from now on; a socket that a dead process left is replaced. */
    public ControlServer(Path socket, Calls calls) throws IOException {
        this(socket, calls, LIMITS);
    }

    ControlServer(Path socket, Calls calls, Connection.Limits limits) throws IOException {
        this.socket = socket;
        this.calls = calls;
        this.limits = limits;
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

    private static ScheduledThreadPoolExecutor clock() {
        var clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("control-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
        return clock;
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
                if (free.tryAcquire())
                    Thread.ofPlatform().daemon().name("control-client").start(() -> serve(client));
                else refuse(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "control socket: {0}", e.getMessage());
                pause();
            }
        }
    }

    private void serve(SocketChannel client) {
        try {
            new Connection(client, calls, limits, clock).serve();
        } finally {
            free.release();
        }
    }

    /** Says why, as far as that goes without waiting. */
    private static void refuse(SocketChannel client) throws IOException {
        Response busy = Response.error(
                null, Response.BUSY, "%d connections are open already; try again".formatted(MOST_CONNECTIONS));
        try (client) {
            client.configureBlocking(false);
            client.write(StandardCharsets.UTF_8.encode(busy.line() + "\n"));
        }
    }

    /** What keeps a connection from being accepted, such as too many open files, may last. */
    private static void pause() {
        try {
            Thread.sleep(AFTER_FAULT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        clock.shutdownNow();
        Files.deleteIfExists(socket);
    }
}
