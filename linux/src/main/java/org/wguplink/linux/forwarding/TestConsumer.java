package org.wguplink.linux.forwarding;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.linux.ffi.OsException;

/**
 * A consumer on the provider's own node: a WireGuard interface, as any consumer's, whose peer is the served interface at
 * 127.0.0.1. It has no address and no route, so that nothing of this node goes by it but what is sent here. It is there as
 * long as this is open. For one thread.
 */
final class TestConsumer implements AutoCloseable {
    private static final InetAddress LOCALHOST = Addresses.parse("127.0.0.1");
    private static final Set<InetNetwork> EVERYWHERE =
            Set.of(InetNetwork.parse("0.0.0.0/0"), InetNetwork.parse("::/0"));
    private static final int MTU = 1420;
    /** Makes WireGuard shake hands as soon as the interface is up. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(25);

    private static final Duration GLANCE = Duration.ofMillis(3);

    private final Tunnels tunnels;
    private final String device;
    private final WireGuardKey served;
    private final PacketSocket socket;

    /**
     * @param device the interface's name; one that is left of an earlier test is taken over
     * @param served the key of the interface where consumers are served, which knows the key of {@code secret}
     * @param port where that listens
     */
    TestConsumer(Tunnels tunnels, String device, WireGuardSecret secret, WireGuardKey served, int port)
            throws TunnelException, OsException {
        this.tunnels = tunnels;
        this.device = device;
        this.served = served;
        var peer = new TunnelPeer(served, Optional.of(Endpoint.of(LOCALHOST, port)), EVERYWHERE, KEEPALIVE);
        try {
            tunnels.apply(new TunnelInterface(device, secret, 0, Layout.OUTER, MTU, Set.of(), List.of(peer)));
            socket = new PacketSocket(device);
        } catch (TunnelException | OsException e) {
            tunnels.remove(device);
            throw e;
        }
    }

    /** Waits for the first handshake. @return false when there is none in time */
    boolean connected(Duration patience) throws TunnelException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!hasShaken()) {
            if (System.nanoTime() - deadline > 0) return false;
            try {
                Thread.sleep(GLANCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TunnelException("%s: interrupted".formatted(device), e);
            }
        }
        return true;
    }

    private boolean hasShaken() throws TunnelException {
        return tunnels.read(device)
                .map(status -> status.peers().get(served))
                .flatMap(TunnelStatus.Peer::latestHandshake)
                .isPresent();
    }

    /** Sends a packet, from its IP header on, as a consumer. */
    void send(Family family, byte[] packet) throws OsException {
        socket.send(family, packet);
    }

    /** The next packet on the interface, whichever way it goes; empty when none comes in time. */
    Optional<byte[]> receive(Duration patience) throws OsException {
        return socket.receive(patience);
    }

    @Override
    public void close() throws TunnelException {
        socket.close();
        tunnels.remove(device);
    }
}
