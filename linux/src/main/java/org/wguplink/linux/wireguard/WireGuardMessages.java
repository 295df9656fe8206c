package org.wguplink.linux.wireguard;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.netlink.Attributes;
import org.wguplink.linux.netlink.Message;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.wireguard.WireGuardChange.PeerChange;

/** The messages of the kernel's WireGuard (linux/wireguard.h). */
final class WireGuardMessages {
    private WireGuardMessages() {}

    private static final int WG_CMD_GET_DEVICE = 0;
    private static final int WG_CMD_SET_DEVICE = 1;
    private static final int WG_GENL_VERSION = 1;
    private static final int GENL_HEADER = 4;

    private static final int WGDEVICE_A_IFNAME = 2;
    private static final int WGDEVICE_A_PRIVATE_KEY = 3;
    private static final int WGDEVICE_A_LISTEN_PORT = 6;
    private static final int WGDEVICE_A_FWMARK = 7;
    private static final int WGDEVICE_A_PEERS = 8;

    private static final int WGPEER_A_PUBLIC_KEY = 1;
    private static final int WGPEER_A_FLAGS = 3;
    private static final int WGPEER_A_ENDPOINT = 4;
    private static final int WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL = 5;
    private static final int WGPEER_A_LAST_HANDSHAKE_TIME = 6;
    private static final int WGPEER_A_RX_BYTES = 7;
    private static final int WGPEER_A_TX_BYTES = 8;
    private static final int WGPEER_A_ALLOWEDIPS = 9;
    private static final int WGPEER_F_REMOVE_ME = 1;
    private static final int WGPEER_F_REPLACE_ALLOWEDIPS = 2;

    private static final int WGALLOWEDIP_A_FAMILY = 1;
    private static final int WGALLOWEDIP_A_IPADDR = 2;
    private static final int WGALLOWEDIP_A_CIDR_MASK = 3;

    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;

    static void get(MessageWriter writer, int family, String name) {
        writer.begin(family, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(WG_CMD_GET_DEVICE, WG_GENL_VERSION, 0, 0)
                .attribute(WGDEVICE_A_IFNAME, name)
                .end();
    }

    static void set(MessageWriter writer, int family, String name, WireGuardChange change) {
        writer.begin(family, MessageWriter.REQUEST | MessageWriter.ACK)
                .u8(WG_CMD_SET_DEVICE, WG_GENL_VERSION, 0, 0)
                .attribute(WGDEVICE_A_IFNAME, name);
        change.privateKey().ifPresent(key -> writer.attribute(WGDEVICE_A_PRIVATE_KEY, key.bytes()));
        change.listenPort().ifPresent(port -> writer.attributeU16(WGDEVICE_A_LISTEN_PORT, port));
        change.mark().ifPresent(mark -> writer.attributeU32(WGDEVICE_A_FWMARK, mark));
        if (!change.peers().isEmpty()) {
            int peers = writer.beginNested(WGDEVICE_A_PEERS);
            for (PeerChange peer : change.peers()) peer(writer, peer);
            writer.endNested(peers);
        }
        writer.end();
    }

    /** A peer with many prefixes goes over several messages. */
    static WireGuardDevice decode(List<Message> messages) {
        Optional<WireGuardSecret> privateKey = Optional.empty();
        int listenPort = 0;
        int mark = 0;
        Map<WireGuardKey, WireGuardDevice.PeerState> peers = new LinkedHashMap<>();
        for (Message message : messages) {
            Attributes device = message.attributes(GENL_HEADER);
            Optional<byte[]> key = device.bytes(WGDEVICE_A_PRIVATE_KEY);
            if (key.isPresent()) privateKey = key.map(WireGuardSecret::of);
            listenPort = device.u16(WGDEVICE_A_LISTEN_PORT).orElse(listenPort);
            mark = device.u32(WGDEVICE_A_FWMARK).orElse(mark);
            for (Attributes peer : device.elements(WGDEVICE_A_PEERS))
                peer.bytes(WGPEER_A_PUBLIC_KEY)
                        .ifPresent(
                                bytes -> peers.merge(WireGuardKey.of(bytes), state(peer), WireGuardMessages::merged));
        }
        return new WireGuardDevice(privateKey, listenPort, mark, peers);
    }

    private static void peer(MessageWriter writer, PeerChange change) {
        int peer = writer.beginNested(0);
        writer.attribute(WGPEER_A_PUBLIC_KEY, change.key().bytes());
        switch (change) {
            case PeerChange.Remove _ -> writer.attributeU32(WGPEER_A_FLAGS, WGPEER_F_REMOVE_ME);
            case PeerChange.Put put -> put(writer, put);
        }
        writer.endNested(peer);
    }

    private static void put(MessageWriter writer, PeerChange.Put put) {
        if (put.allowedIps().isPresent()) writer.attributeU32(WGPEER_A_FLAGS, WGPEER_F_REPLACE_ALLOWEDIPS);
        put.endpoint().ifPresent(endpoint -> writer.attribute(WGPEER_A_ENDPOINT, sockaddr(endpoint)));
        put.keepalive()
                .ifPresent(keepalive ->
                        writer.attributeU16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, (int) keepalive.toSeconds()));
        if (put.allowedIps().isEmpty()) return;
        int list = writer.beginNested(WGPEER_A_ALLOWEDIPS);
        for (InetNetwork network : put.allowedIps().get()) {
            int entry = writer.beginNested(0);
            writer.attributeU16(WGALLOWEDIP_A_FAMILY, number(network.family()))
                    .attribute(WGALLOWEDIP_A_IPADDR, network.address())
                    .attributeU8(WGALLOWEDIP_A_CIDR_MASK, network.prefixLength())
                    .endNested(entry);
        }
        writer.endNested(list);
    }

    private static WireGuardDevice.PeerState state(Attributes peer) {
        // struct __kernel_timespec
        Optional<Instant> handshake = peer.find(WGPEER_A_LAST_HANDSHAKE_TIME)
                .filter(time -> time.limit() >= 16 && time.getLong(0) != 0)
                .map(time -> Instant.ofEpochSecond(time.getLong(0), time.getLong(8)));
        var status = new TunnelStatus.Peer(
                peer.bytes(WGPEER_A_ENDPOINT).flatMap(WireGuardMessages::endpoint),
                handshake,
                peer.u64(WGPEER_A_RX_BYTES),
                peer.u64(WGPEER_A_TX_BYTES));
        var allowedIps = new HashSet<InetNetwork>();
        for (Attributes entry : peer.elements(WGPEER_A_ALLOWEDIPS))
            entry.address(WGALLOWEDIP_A_IPADDR)
                    .ifPresent(address -> allowedIps.add(InetNetwork.containing(
                            address, entry.u8(WGALLOWEDIP_A_CIDR_MASK).orElse(0))));
        int keepalive = peer.u16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL).orElse(0);
        return new WireGuardDevice.PeerState(status, Duration.ofSeconds(keepalive), allowedIps);
    }

    private static WireGuardDevice.PeerState merged(WireGuardDevice.PeerState a, WireGuardDevice.PeerState b) {
        Set<InetNetwork> allowedIps = new HashSet<>(a.allowedIps());
        allowedIps.addAll(b.allowedIps());
        return new WireGuardDevice.PeerState(a.status(), a.keepalive(), allowedIps);
    }

    /** struct sockaddr_in or sockaddr_in6: the family in the machine's order, the port in network order. */
    private static byte[] sockaddr(Endpoint endpoint) {
        InetAddress address = endpoint.address()
                .orElseThrow(() -> new IllegalArgumentException(endpoint + " is not a literal address"));
        boolean v4 = Family.of(address) == Family.IPV4;
        ByteBuffer buffer = ByteBuffer.allocate(v4 ? SOCKADDR_IN : SOCKADDR_IN6);
        buffer.order(ByteOrder.nativeOrder()).putShort(0, (short) number(Family.of(address)));
        buffer.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) endpoint.port());
        buffer.put(v4 ? 4 : 8, address.getAddress());
        return buffer.array();
    }

    private static Optional<Endpoint> endpoint(byte[] sockaddr) {
        if (sockaddr.length != SOCKADDR_IN && sockaddr.length != SOCKADDR_IN6) return Optional.empty();
        int port = Short.toUnsignedInt(ByteBuffer.wrap(sockaddr).getShort(2));
        boolean v4 = sockaddr.length == SOCKADDR_IN;
        byte[] address = Arrays.copyOfRange(sockaddr, v4 ? 4 : 8, v4 ? 8 : 24);
        return port == 0 ? Optional.empty() : Optional.of(Endpoint.of(Addresses.of(address), port));
    }

    private static int number(Family family) {
        return family == Family.IPV4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6;
    }
}
