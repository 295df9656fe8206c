package org.wguplink.core.lease;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelMtu;

/**
 * A consumer asks a provider for a lease, or renews the one it has (the same tunnel key).
 *
 * @param nonce at least 16 random bytes in base64url, repeated in the answer: 22 to 64 characters
 * @param tunnelKey the consumer's WireGuard key for this tunnel; its private half never leaves the consumer
 * @param endpoint where the consumer's end of the tunnel is reached: a literal address
 * @param prefixes what the consumer already uses, which the lease's addresses must avoid; at most 256
 * @param endpoints everywhere that end may be reached, all literal; none: at {@code endpoint} alone
 * @param call where the provider is to begin a handshake at once, because the consumer's own find no answer
 * @param mtu of the consumer's end of the tunnel, 1200 to 1500; empty where it does not say
 */
public record LeaseRequest(
        PeerId consumer,
        PeerId provider,
        String nonce,
        Instant issuedAt,
        WireGuardKey tunnelKey,
        Endpoint endpoint,
        List<InetNetwork> prefixes,
        List<TypedEndpoint> endpoints,
        Optional<Endpoint> call,
        Optional<Integer> mtu) {
    public static final int MAX_PREFIXES = 256;

    /** What still fits a message beside the longest list of endpoints. */
    public static final int MAX_PREFIXES_WITH_ENDPOINTS = 240;

    public LeaseRequest {
        if (!nonce.matches("[A-Za-z0-9_-]{22,64}"))
            throw new IllegalArgumentException("a nonce has 22 to 64 characters");
        if (endpoint.address().isEmpty())
            throw new IllegalArgumentException("endpoint %s is not a literal address".formatted(endpoint));
        if (prefixes.size() > MAX_PREFIXES)
            throw new IllegalArgumentException("%d prefixes; at most %d".formatted(prefixes.size(), MAX_PREFIXES));
        prefixes = List.copyOf(prefixes);
        endpoints = TypedEndpoint.bounded(endpoints);
        if (mtu.filter(m -> m < TunnelMtu.NARROWEST || m > 1500).isPresent())
            throw new IllegalArgumentException("MTU %d; expected 1200 to 1500".formatted(mtu.get()));
        for (TypedEndpoint each : endpoints)
            if (each.endpoint().address().isEmpty())
                throw new IllegalArgumentException("endpoint %s is not a literal address".formatted(each.endpoint()));
        if (call.isPresent() && endpoints.stream().noneMatch(e -> call.get().equals(e.endpoint())))
            throw new IllegalArgumentException("'call' is %s, which is none of the endpoints".formatted(call.get()));
    }

    /** A request with one endpoint. */
    public LeaseRequest(
            PeerId consumer,
            PeerId provider,
            String nonce,
            Instant issuedAt,
            WireGuardKey tunnelKey,
            Endpoint endpoint,
            List<InetNetwork> prefixes) {
        this(
                consumer,
                provider,
                nonce,
                issuedAt,
                tunnelKey,
                endpoint,
                prefixes,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
