package org.wguplink.mesh.document;

import static org.wguplink.mesh.document.Payload.moment;
import static org.wguplink.mesh.document.Payload.need;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;

/** The specification's {@code uplink_offer}, with {@code sequence}, {@code expires}, {@code reason}, {@code endpoints}, {@code nat}. */
@Json(naming = Json.Naming.LowerUnderscore)
record OfferJson(
        @Nullable String type,
        @Nullable String peerId,
        @Nullable String timestamp,
        long sequence,
        @Nullable String expires,
        @Nullable String reason,
        @Nullable CapabilitiesJson capabilities,
        @Nullable EndpointJson endpoint,
        @Nullable List<String> endpoints,
        @Nullable Boolean nat) {
    static final String TYPE = "uplink_offer";

    @Json(naming = Json.Naming.LowerUnderscore)
    record CapabilitiesJson(
            int bandwidthMbps, int latencyMs, @Nullable String wanType, boolean available) {}

    @Json(naming = Json.Naming.LowerUnderscore)
    record EndpointJson(
            @Nullable String host, int port, @Nullable String publicKey) {}

    static OfferJson of(Offer offer) {
        Capabilities can = offer.capabilities();
        return new OfferJson(
                TYPE,
                offer.peerId().value(),
                offer.issuedAt().toString(),
                offer.sequence(),
                offer.expiresAt().toString(),
                offer.reason(),
                new CapabilitiesJson(
                        can.bandwidthMbps(), can.latencyMs(), can.wanType().toString(), can.available()),
                new EndpointJson(
                        offer.endpoint().host(),
                        offer.endpoint().port(),
                        offer.publicKey().toString()),
                EndpointTexts.of(offer.endpoints()),
                offer.behindNat() ? true : null);
    }

    Offer offer() throws DocumentException {
        if (!TYPE.equals(type)) throw new DocumentException("'type' is not '%s'".formatted(TYPE));
        CapabilitiesJson can = need("capabilities", capabilities);
        EndpointJson at = need("endpoint", endpoint);
        return new Offer(
                new PeerId(need("peer_id", peerId)),
                sequence,
                moment("timestamp", timestamp),
                moment("expires", expires),
                new Capabilities(
                        can.bandwidthMbps(),
                        can.latencyMs(),
                        WanType.parse(need("wan_type", can.wanType())),
                        can.available()),
                reason == null ? "" : reason,
                new Endpoint(need("host", at.host()), at.port()),
                WireGuardKey.parse(need("public_key", at.publicKey())),
                EndpointTexts.read(endpoints),
                Boolean.TRUE.equals(nat));
    }
}
