package org.wguplink.linux.wireguard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.LinkControl;

/**
 * WireGuard by wireguard-go, one process an interface. The process outlives us: a later daemon finds it by its control
 * socket, which is of one directory for all network namespaces.
 */
final class UapiWireGuard implements WireGuardControl {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Path directory;
    private final WireGuardGo program;

    UapiWireGuard(Path directory, WireGuardGo program) {
        this.directory = directory;
        this.program = program;
    }

    @Override
    public Optional<WireGuardDevice> read(String name) throws TunnelException {
        UapiSocket socket = socket(name);
        try {
            if (!socket.isLive()) return Optional.empty();
            return Optional.of(UapiText.parse(socket.exchange(UapiText.GET)));
        } catch (IOException e) {
            throw new TunnelException("%s: read: %s".formatted(name, e.getMessage()), e);
        } catch (IllegalArgumentException _) {
            // without the cause: it may quote the reply, and that holds the private key
            throw new TunnelException("%s: read: a reply that is not of the UAPI of WireGuard".formatted(name));
        }
    }

    @Override
    public void create(String name, LinkControl links) throws TunnelException {
        UapiSocket socket = socket(name);
        try {
            if (socket.isLive())
                throw new TunnelException(
                        "%s: a wireguard-go of another network namespace owns %s".formatted(name, socket.path()));
            Files.deleteIfExists(socket.path());
            program.start(name);
            await(name, "wireguard-go did not open " + socket.path(), () -> socket.isLive());
        } catch (IOException e) {
            throw new TunnelException("%s: create: %s".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public void change(String name, WireGuardChange change) throws TunnelException {
        try {
            socket(name).exchange(UapiText.set(change));
        } catch (IOException e) {
            throw new TunnelException("%s: configure: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** wireguard-go ends when its device is deleted. A live socket without a device here is another namespace's. */
    @Override
    public void remove(String name, LinkControl links) throws TunnelException {
        UapiSocket socket = socket(name);
        try {
            if (deleted(name, links) && !holdsSoon(() -> !socket.isLive())) {
                program.kill(name);
                await(name, "wireguard-go does not end", () -> !socket.isLive());
            }
            if (!socket.isLive()) Files.deleteIfExists(socket.path());
            // its group can be removed only when it has ended for good
            boolean ended = holdsSoon(() -> !program.runs(name));
            if (ended) ControlGroups.tidy();
        } catch (IOException e) {
            throw new TunnelException("%s: remove: %s".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public void close() {}

    private UapiSocket socket(String name) {
        return new UapiSocket(directory.resolve(name + ".sock"));
    }

    /** False when there was no such device. */
    private static boolean deleted(String name, LinkControl links) throws TunnelException {
        try {
            links.delete(name);
            return true;
        } catch (OsException e) {
            if (e.errno() == Errno.ENODEV) return false;
            throw new TunnelException(String.valueOf(e.getMessage()), e);
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String name, String otherwise, Condition condition) throws IOException, TunnelException {
        if (!holdsSoon(condition)) throw new TunnelException("%s: %s".formatted(name, otherwise));
    }

    private static boolean holdsSoon(Condition condition) throws IOException, TunnelException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) return false;
            try {
                Thread.sleep(Duration.ofMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TunnelException("interrupted", e);
            }
        }
        return true;
    }
}
