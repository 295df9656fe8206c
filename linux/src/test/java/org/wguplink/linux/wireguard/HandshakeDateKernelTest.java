package org.wguplink.linux.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.linux.testing.NetNamespace;
import org.wguplink.linux.testing.TunnelReaper;

/** Why a consumer that boots in 1970 needs another tunnel key: what a provider does with its handshakes. */
@Tag("kernel")
class HandshakeDateKernelTest {
    private static final Instant TODAY = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant EPOCH = Instant.ofEpochSecond(60);
    private static final byte RESPONSE = 2;
    private static final int PATIENCE_MS = 1500;

    private final WireGuardSecret provider = WireGuardKeys.generate();
    private final WireGuardSecret consumer = WireGuardKeys.generate();
    private final WireGuardSecret fresh = WireGuardKeys.generate();

    private TunnelReaper reaper;
    private NetNamespace here;
    private LinuxTunnels tunnels;
    private DatagramSocket socket;
    private int port;

    @BeforeEach
    void setUp() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "needs wireguard-go");
        reaper = new TunnelReaper();
        here = NetNamespace.create();
        tunnels = here.in(LinuxTunnels::new);
        socket = here.in(() -> new DatagramSocket());
        socket.setSoTimeout(PATIENCE_MS);
        port = serve(consumer);
    }

    @AfterEach
    void tearDown() throws Exception {
        if (socket != null) socket.close();
        if (tunnels != null) {
            tunnels.remove(reaper.name("t"));
            tunnels.close();
        }
        if (here != null) here.close();
        if (reaper != null) reaper.close();
    }

    @Test
    void aHandshakeThatIsDatedBeforeTheLastOneOfItsKeyIsRefusedAndAFreshKeyCures() throws Exception {
        assertThat(isAnswered(consumer, TODAY)).isTrue();
        assertThat(isAnswered(consumer, EPOCH)).as("the same key in 1970").isFalse();
        assertThat(isAnswered(consumer, TODAY.plusSeconds(1)))
                .as("the same key, later")
                .isTrue();
        serve(fresh);
        assertThat(isAnswered(fresh, EPOCH)).as("a fresh key in 1970").isTrue();
    }

    /** The hash that all this stands on, with the vector of RFC 7693, appendix B. */
    @Test
    void blake2sIsThatOfItsRfc() {
        assertThat(HexFormat.of().formatHex(Blake2s.hash(32, new byte[0], "abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }

    private int serve(WireGuardSecret peer) throws Exception {
        var served = new TunnelPeer(
                WireGuardKeys.publicKey(peer),
                Optional.empty(),
                Stream.of("10.99.0.2/32").map(InetNetwork::parse).collect(java.util.stream.Collectors.toSet()),
                Duration.ZERO);
        var tunnel = new TunnelInterface(reaper.name("t"), provider, 0, Layout.OUTER, 1420, Set.of(), List.of(served));
        return here.in(() -> tunnels.apply(tunnel)).listenPort();
    }

    private boolean isAnswered(WireGuardSecret by, Instant at) throws Exception {
        byte[] message = HandshakeInitiation.of(by, WireGuardKeys.publicKey(provider), at);
        // a responder takes one initiation of a peer in 20 ms
        Thread.sleep(100);
        socket.send(new DatagramPacket(message, message.length, InetAddress.ofLiteral("127.0.0.1"), port));
        var answer = new DatagramPacket(new byte[256], 256);
        try {
            socket.receive(answer);
            return answer.getData()[0] == RESPONSE;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
