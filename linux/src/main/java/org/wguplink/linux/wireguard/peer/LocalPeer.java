package org.wguplink.linux.wireguard.peer;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;

/**
 * One session, of less than the three minutes that WireGuard gives it, with an interface of this node: what is sent
 * arrives there as from a peer, and what the interface sends to the peer's allowed addresses arrives here. Not
 * thread-safe.
 */
public final class LocalPeer implements AutoCloseable {
    private static final int TRANSPORT = 4;
    private static final int HEADER = 16;
    private static final int PADDING = 16;
    private static final int TAG = 16;
    private static final int LONGEST = 2048;
    private static final Duration ATTEMPT = Duration.ofMillis(500);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DatagramSocket socket;
    private final Handshake.Keys keys;
    private final int index;
    private long counter;

    private LocalPeer(DatagramSocket socket, Handshake.Keys keys, int index) {
        this.socket = socket;
        this.keys = keys;
        this.index = index;
    }

    /**
     * Shakes hands with the interface that listens on {@code port} of this node.
     *
     * @return empty when it does not answer within {@code patience}: its port is closed to us, or we are no peer of it
     */
    public static Optional<LocalPeer> connect(WireGuardSecret own, WireGuardKey peer, int port, Duration patience)
            throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        try {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            long deadline = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < deadline) {
                int index = RANDOM.nextInt();
                var handshake = new Handshake(own, peer, index);
                send(socket, handshake.initiation(Instant.now()));
                Optional<byte[]> datagram = receive(socket, ATTEMPT);
                Optional<Handshake.Keys> keys = datagram.flatMap(handshake::response);
                if (keys.isPresent()) return Optional.of(new LocalPeer(socket, keys.get(), index));
                // a port that is closed is told at once: not in a hurry
                if (datagram.isEmpty()) Thread.sleep(Duration.ofMillis(20));
            }
            socket.close();
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            socket.close();
            throw new IOException("interrupted", e);
        } catch (GeneralSecurityException e) {
            socket.close();
            throw new IllegalStateException("the JDK has X25519 and ChaCha20-Poly1305", e);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a packet, from its IP header on, into the interface. */
    public void send(byte[] packet) throws IOException {
        byte[] padded = Arrays.copyOf(packet, (packet.length + PADDING - 1) / PADDING * PADDING);
        try {
            byte[] sealed = Aead.seal(keys.send(), counter, padded, new byte[0]);
            var message = ByteBuffer.allocate(HEADER + sealed.length).order(ByteOrder.LITTLE_ENDIAN);
            message.putInt(TRANSPORT).putInt(keys.peerIndex()).putLong(counter).put(sealed);
            counter++;
            send(socket, message.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has ChaCha20-Poly1305", e);
        }
    }

    /** The next packet, padded at its end perhaps; empty when none comes in time, or when what comes is not one. */
    public Optional<byte[]> receive(Duration patience) throws IOException {
        return receive(socket, patience).flatMap(this::opened);
    }

    @Override
    public void close() {
        socket.close();
    }

    private Optional<byte[]> opened(byte[] datagram) {
        var message = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        if (datagram.length <= HEADER + TAG || message.getInt(0) != TRANSPORT || message.getInt(4) != index)
            return Optional.empty();
        try {
            byte[] sealed = Arrays.copyOfRange(datagram, HEADER, datagram.length);
            return Optional.of(Aead.open(keys.receive(), message.getLong(8), sealed, new byte[0]));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static void send(DatagramSocket socket, byte[] bytes) throws IOException {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length));
        } catch (PortUnreachableException e) {
            // of an earlier datagram: who does not answer is found out by waiting
        }
    }

    private static Optional<byte[]> receive(DatagramSocket socket, Duration patience) throws IOException {
        socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
        var datagram = new DatagramPacket(new byte[LONGEST], LONGEST);
        try {
            socket.receive(datagram);
            return Optional.of(Arrays.copyOf(datagram.getData(), datagram.getLength()));
        } catch (SocketTimeoutException | PortUnreachableException e) {
            return Optional.empty();
        }
    }
}
