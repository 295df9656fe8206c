package org.wguplink.core.offer;

import java.time.Instant;
import java.util.List;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;

/**
 * One node's statement that it lends (or, with {@code available} false, no longer lends) its internet: the
 * {@code uplink_offer} of the specification, with a sequence and an expiry.
 *
 * @param sequence grows with every offer of a node, over restarts too
 * @param reason why it is not available; empty when it is
 * @param endpoint where the provider's WireGuard interface is reached
 * @param publicKey the provider's WireGuard key
 * @param endpoints everywhere it may be reached, at most {@link TypedEndpoint#MOST}; none: at {@code endpoint} alone
 * @param behindNat whether other nodes see it come from an address that is not its own
 */
public record Offer(
        PeerId peerId,
        long sequence,
        Instant issuedAt,
        Instant expiresAt,
        Capabilities capabilities,
        String reason,
        Endpoint endpoint,
        WireGuardKey publicKey,
        List<TypedEndpoint> endpoints,
        boolean behindNat) {
    public Offer {
        if (sequence < 1) throw new IllegalArgumentException("sequence %d; expected 1 or more".formatted(sequence));
        if (!expiresAt.isAfter(issuedAt)) throw new IllegalArgumentException("the offer expires before it begins");
        if (reason.length() > 200) throw new IllegalArgumentException("a reason has at most 200 characters");
        endpoints = TypedEndpoint.bounded(endpoints);
    }

    /** An offer with one endpoint, of a node that everybody can reach. */
    public Offer(
            PeerId peerId,
            long sequence,
            Instant issuedAt,
            Instant expiresAt,
            Capabilities capabilities,
            String reason,
            Endpoint endpoint,
            WireGuardKey publicKey) {
        this(peerId, sequence, issuedAt, expiresAt, capabilities, reason, endpoint, publicKey, List.of(), false);
    }

    /** Everywhere the provider may be reached, as it says. */
    public List<TypedEndpoint> reachedAt() {
        return TypedEndpoint.orElse(endpoints, endpoint);
    }
}
