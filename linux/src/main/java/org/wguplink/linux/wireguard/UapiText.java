package org.wguplink.linux.wireguard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.linux.wireguard.WireGuardChange.PeerChange;

/** The configuration protocol of WireGuard's userspace implementations (https://www.wireguard.com/xplatform/). */
final class UapiText {
    private UapiText() {}

    static final String GET = "get=1\n\n";

    static String set(WireGuardChange change) {
        var text = new StringBuilder("set=1\n");
        change.privateKey()
                .ifPresent(key -> line(text, "private_key", HexFormat.of().formatHex(key.bytes())));
        change.listenPort().ifPresent(port -> line(text, "listen_port", port));
        change.mark().ifPresent(mark -> line(text, "fwmark", Integer.toUnsignedString(mark)));
        for (PeerChange peer : change.peers()) {
            line(text, "public_key", peer.key().hex());
            switch (peer) {
                case PeerChange.Remove _ -> line(text, "remove", true);
                case PeerChange.Put put -> put(text, put);
            }
        }
        return text.append('\n').toString();
    }

    /** The lines of a reply to {@link #GET}. Unknown keys are skipped, as the protocol asks. */
    static WireGuardDevice parse(List<String> lines) {
        Optional<WireGuardSecret> privateKey = Optional.empty();
        int listenPort = 0;
        int mark = 0;
        Map<WireGuardKey, WireGuardDevice.PeerState> peers = new LinkedHashMap<>();
        Optional<PeerLines> peer = Optional.empty();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 0) continue;
            String value = line.substring(equals + 1);
            switch (line.substring(0, equals)) {
                case "private_key" ->
                    privateKey = Optional.of(WireGuardSecret.of(HexFormat.of().parseHex(value)));
                case "listen_port" -> listenPort = Integer.parseInt(value);
                case "fwmark" -> mark = Integer.parseUnsignedInt(value);
                case "public_key" -> {
                    peer.ifPresent(p -> peers.put(p.key, p.state()));
                    peer = Optional.of(
                            new PeerLines(WireGuardKey.of(HexFormat.of().parseHex(value))));
                }
                default -> peer.ifPresent(p -> p.accept(line.substring(0, equals), value));
            }
        }
        peer.ifPresent(p -> peers.put(p.key, p.state()));
        return new WireGuardDevice(privateKey, listenPort, mark, peers);
    }

    /** The lines of one peer, as they come. */
    private static final class PeerLines {
        private final WireGuardKey key;
        private Optional<Endpoint> endpoint = Optional.empty();
        private long handshakeSeconds;
        private long handshakeNanos;
        private long received;
        private long sent;
        private Duration keepalive = Duration.ZERO;
        private final Set<InetNetwork> allowedIps = new HashSet<>();

        PeerLines(WireGuardKey key) {
            this.key = key;
        }

        void accept(String name, String value) {
            switch (name) {
                case "endpoint" -> endpoint = endpoint(value);
                case "last_handshake_time_sec" -> handshakeSeconds = Long.parseLong(value);
                case "last_handshake_time_nsec" -> handshakeNanos = Long.parseLong(value);
                case "rx_bytes" -> received = Long.parseLong(value);
                case "tx_bytes" -> sent = Long.parseLong(value);
                case "persistent_keepalive_interval" -> keepalive = Duration.ofSeconds(Long.parseLong(value));
                case "allowed_ip" -> allowedIps.add(InetNetwork.parse(value));
                default -> {}
            }
        }

        WireGuardDevice.PeerState state() {
            Optional<Instant> handshake = handshakeSeconds == 0
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochSecond(handshakeSeconds, handshakeNanos));
            return new WireGuardDevice.PeerState(
                    new TunnelStatus.Peer(endpoint, handshake, received, sent), keepalive, Set.copyOf(allowedIps));
        }
    }

    /** The scope of a link-local address is dropped: an {@link Endpoint} has none. */
    private static Optional<Endpoint> endpoint(String value) {
        return Optional.of(Endpoint.parse(value.replaceFirst("%[^\\]]*", "")));
    }

    private static void put(StringBuilder text, PeerChange.Put put) {
        put.endpoint().ifPresent(endpoint -> line(text, "endpoint", endpoint));
        put.keepalive().ifPresent(keepalive -> line(text, "persistent_keepalive_interval", keepalive.toSeconds()));
        if (put.allowedIps().isEmpty()) return;
        line(text, "replace_allowed_ips", true);
        for (InetNetwork network : put.allowedIps().get()) line(text, "allowed_ip", network);
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
    }
}
