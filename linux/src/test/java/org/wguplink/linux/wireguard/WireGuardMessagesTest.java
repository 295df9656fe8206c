package org.wguplink.linux.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.testing.NetlinkFixtures;
import org.wguplink.linux.wireguard.WireGuardChange.PeerChange;

/** Both ways to say a change, and how the change is found. */
class WireGuardMessagesTest {
    private static final int FAMILY = 0x2a;
    private static final WireGuardSecret SECRET = WireGuardSecret.of(bytes(0x40));
    private static final WireGuardKey ANA = WireGuardKey.of(bytes(0x11));
    private static final WireGuardKey BEN = WireGuardKey.of(bytes(0x22));
    private static final Endpoint ANA_ENDPOINT = Endpoint.parse("198.51.100.1:51820");
    private static final Set<InetNetwork> ALL4 = Set.of(InetNetwork.parse("0.0.0.0/0"));
    private static final WireGuardDevice EMPTY = new WireGuardDevice(Optional.empty(), 0, 0, Map.of());

    private static final WireGuardChange WHOLE = new WireGuardChange(
            Optional.of(SECRET),
            OptionalInt.of(51820),
            OptionalInt.of(Layout.OUTER.value()),
            List.of(
                    new PeerChange.Put(
                            ANA, Optional.of(ANA_ENDPOINT), Optional.of(Duration.ofSeconds(25)), Optional.of(ALL4)),
                    new PeerChange.Put(
                            BEN,
                            Optional.of(Endpoint.parse("[2001:db8::1]:51821")),
                            Optional.of(Duration.ZERO),
                            Optional.of(Set.of(InetNetwork.parse("fd00:250::2/128"))))));

    @Test
    void setsWhatPyroute2Sets() {
        var writer = new MessageWriter();
        WireGuardMessages.set(writer, FAMILY, "wgu-ana", WHOLE);
        assertSame("wireguard-set", writer);
    }

    @Test
    void removesAndReadsAsPyroute2Does() {
        var writer = new MessageWriter();
        WireGuardMessages.set(writer, FAMILY, "wgu-ana", peers(new PeerChange.Remove(ANA)));
        assertSame("wireguard-remove-peer", writer);
        WireGuardMessages.get(writer.clear(), FAMILY, "wgu-ana");
        assertSame("wireguard-get", writer);
    }

    /** The text of the protocol's page, https://www.wireguard.com/xplatform/. */
    @Test
    void saysTheSameOverTheControlSocket() {
        assertThat(UapiText.set(WHOLE)).isEqualTo("""
                set=1
                private_key=%s
                listen_port=51820
                fwmark=1056964608
                public_key=%s
                endpoint=198.51.100.1:51820
                persistent_keepalive_interval=25
                replace_allowed_ips=true
                allowed_ip=0.0.0.0/0
                public_key=%s
                endpoint=[2001:db8::1]:51821
                persistent_keepalive_interval=0
                replace_allowed_ips=true
                allowed_ip=fd00:250:0:0:0:0:0:2/128

                """.formatted("40".repeat(32), "11".repeat(32), "22".repeat(32)));
        assertThat(UapiText.set(peers(new PeerChange.Remove(ANA))))
                .isEqualTo("set=1\npublic_key=" + "11".repeat(32) + "\nremove=true\n\n");
    }

    @Test
    void readsTheControlSocketsReply() {
        WireGuardDevice device = UapiText.parse(List.of(
                "private_key=" + "40".repeat(32),
                "listen_port=51820",
                "fwmark=1056964608",
                "public_key=" + "11".repeat(32),
                "endpoint=[fe80::1%eth0]:51820",
                "last_handshake_time_sec=0",
                "rx_bytes=12",
                "allowed_ip=0.0.0.0/0",
                "some_new_key=1",
                "public_key=" + "22".repeat(32),
                "last_handshake_time_sec=1700000000",
                "last_handshake_time_nsec=5",
                "persistent_keepalive_interval=25"));
        assertThat(device.privateKey()).contains(SECRET);
        assertThat(device.mark()).isEqualTo(Layout.OUTER.value());
        TunnelStatus status = device.status("x");
        assertThat(status.listenPort()).isEqualTo(51820);
        assertThat(status.peers().get(ANA))
                .isEqualTo(
                        new TunnelStatus.Peer(Optional.of(Endpoint.parse("[fe80::1]:51820")), Optional.empty(), 12, 0));
        assertThat(status.peers().get(BEN))
                .isEqualTo(new TunnelStatus.Peer(
                        Optional.empty(), Optional.of(Instant.ofEpochSecond(1700000000, 5)), 0, 0));
        assertThat(device.toString()).doesNotContain("4040");
    }

    @Test
    void anInterfaceAsDesiredNeedsNoChange() {
        WireGuardDevice present = new WireGuardDevice(
                Optional.of(SECRET), 40000, Layout.OUTER.value(), Map.of(ANA, state(Optional.of(ANA_ENDPOINT))));
        // port 0 keeps the port, and no endpoint keeps what WireGuard learnt
        assertThat(WireGuardChange.between(present, desired(0, peer(Optional.of(ANA_ENDPOINT))))
                        .isEmpty())
                .isTrue();
        assertThat(WireGuardChange.between(present, desired(0, peer(Optional.empty())))
                        .isEmpty())
                .isTrue();
    }

    /** Found when another consumer's lease set the endpoint back of one that had roamed. */
    @Test
    void aPeerThatIsThereKeepsWhereItWasHeardFrom() {
        WireGuardDevice present = new WireGuardDevice(
                Optional.of(SECRET),
                40000,
                Layout.OUTER.value(),
                Map.of(ANA, state(Optional.of(Endpoint.parse("[2001:db8::1]:51820")))));
        assertThat(WireGuardChange.between(present, desired(0, peer(Optional.of(ANA_ENDPOINT))))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void onlyWhatDiffersIsChangedAndRemovalsComeFirst() {
        WireGuardDevice present = new WireGuardDevice(
                Optional.of(SECRET), 40000, 0, Map.of(ANA, state(Optional.empty()), BEN, state(Optional.empty())));
        assertThat(WireGuardChange.between(present, desired(51820, peer(Optional.of(ANA_ENDPOINT)))))
                .isEqualTo(new WireGuardChange(
                        Optional.empty(),
                        OptionalInt.of(51820),
                        OptionalInt.of(Layout.OUTER.value()),
                        List.of(
                                new PeerChange.Remove(BEN),
                                new PeerChange.Put(
                                        ANA, Optional.of(ANA_ENDPOINT), Optional.empty(), Optional.empty()))));
        assertThat(WireGuardChange.between(EMPTY, desired(0, peer(Optional.empty()))))
                .isEqualTo(new WireGuardChange(
                        Optional.of(SECRET),
                        OptionalInt.empty(),
                        OptionalInt.of(Layout.OUTER.value()),
                        List.of(new PeerChange.Put(
                                ANA, Optional.empty(), Optional.of(Duration.ofSeconds(25)), Optional.of(ALL4)))));
    }

    private static void assertSame(String fixture, MessageWriter writer) {
        assertThat(NetlinkFixtures.describe(writer.toBytes(), 4, true))
                .isEqualTo(NetlinkFixtures.describe(NetlinkFixtures.read(fixture), 4, true));
    }

    private static WireGuardChange peers(PeerChange... changes) {
        return new WireGuardChange(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), List.of(changes));
    }

    private static WireGuardDevice.PeerState state(Optional<Endpoint> endpoint) {
        var status = new TunnelStatus.Peer(endpoint, Optional.empty(), 0, 0);
        return new WireGuardDevice.PeerState(status, Duration.ofSeconds(25), ALL4);
    }

    private static TunnelPeer peer(Optional<Endpoint> endpoint) {
        return new TunnelPeer(ANA, endpoint, ALL4, Duration.ofSeconds(25));
    }

    private static TunnelInterface desired(int port, TunnelPeer peer) {
        var mark = new FwMark(Layout.OUTER.value(), Layout.MARK_MASK);
        return new TunnelInterface("wgu-ana", SECRET, port, mark, 1420, Set.of(), List.of(peer));
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[WireGuardKey.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
