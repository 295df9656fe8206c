package org.wguplink.mesh.document;

import static org.wguplink.mesh.document.Payload.moment;
import static org.wguplink.mesh.document.Payload.need;

import io.avaje.jsonb.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.offer.Terms.Load;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;

/**
 * The specification's {@code uplink_offer}, with {@code sequence}, {@code expires}, {@code reason}, {@code endpoints},
 * {@code nat}, and the terms among its capabilities. What may be null may be missing: older nodes do not say it.
 */
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
            int bandwidthMbps,
            int latencyMs,
            @Nullable String wanType,
            boolean available,
            @Nullable Boolean metered,
            @Nullable Integer cost,
            @Nullable Long quotaLeftMb,
            @Nullable List<String> isp,
            @Nullable Integer consumers,
            @Nullable Integer slots,
            @Nullable Integer busyPercent) {
        static CapabilitiesJson of(Capabilities can) {
            Terms terms = can.terms();
            return new CapabilitiesJson(
                    can.bandwidthMbps(),
                    can.latencyMs(),
                    can.wanType().toString(),
                    can.available(),
                    terms.metered().orElse(null),
                    terms.cost() == 0 ? null : terms.cost(),
                    terms.quotaLeftMb().orElse(null),
                    terms.isp().marks().isEmpty()
                            ? null
                            : terms.isp().marks().stream().sorted().toList(),
                    terms.load().map(Load::consumers).orElse(null),
                    terms.load().map(Load::slots).orElse(null),
                    terms.load().flatMap(Load::busyPercent).orElse(null));
        }

        Capabilities capabilities() throws DocumentException {
            return new Capabilities(
                    bandwidthMbps, latencyMs, WanType.parse(need("wan_type", wanType)), available, terms());
        }

        private Terms terms() throws DocumentException {
            return new Terms(
                    Optional.ofNullable(metered),
                    cost == null ? 0 : cost,
                    Optional.ofNullable(quotaLeftMb),
                    marked(),
                    consumers == null || slots == null
                            ? Optional.empty()
                            : Optional.of(new Load(consumers, slots, Optional.ofNullable(busyPercent))));
        }

        private Isp marked() throws DocumentException {
            var marks = new HashSet<String>();
            if (isp != null) for (String mark : isp) marks.add(need("isp", mark));
            return new Isp(marks);
        }
    }

    @Json(naming = Json.Naming.LowerUnderscore)
    record EndpointJson(
            @Nullable String host, int port, @Nullable String publicKey) {}

    static OfferJson of(Offer offer) {
        return new OfferJson(
                TYPE,
                offer.peerId().value(),
                offer.issuedAt().toString(),
                offer.sequence(),
                offer.expiresAt().toString(),
                offer.reason(),
                CapabilitiesJson.of(offer.capabilities()),
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
                can.capabilities(),
                reason == null ? "" : reason,
                new Endpoint(need("host", at.host()), at.port()),
                WireGuardKey.parse(need("public_key", at.publicKey())),
                EndpointTexts.read(endpoints),
                Boolean.TRUE.equals(nat));
    }
}
