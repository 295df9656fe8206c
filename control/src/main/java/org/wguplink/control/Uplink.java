package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * One provider as this node sees it.
 *
 * @param added whether the user chose it as an uplink
 * @param state {@code active} carries new flows; {@code ready} leased and verified; {@code connecting} leased or being
 *     leased, not verified yet; {@code available} offers, not in use here; {@code unavailable}, see {@code reason}
 * @param weight 1 to 1000, higher = more preferred
 * @param latencyMs measured to the internet through the tunnel; absent before
 * @param bandwidthMbps what was seen or measured of it, else what it claims; 0 when unknown
 * @param rides the device that carries the tunnel's outer packets; absent when unknown
 * @param protects what it helps against, or why not
 * @param reason why it is not available or not in use; absent when there is nothing to say
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Uplink(
        String peerId,
        boolean added,
        String state,
        int weight,
        @Nullable Double latencyMs,
        int bandwidthMbps,
        String wanType,
        @Nullable String device,
        @Nullable String rides,
        @Nullable String protects,
        @Nullable Long leaseExpiresInS,
        @Nullable String reason) {
    /** Without the figures that move by themselves. */
    Uplink steady() {
        return new Uplink(
                peerId,
                added,
                state,
                weight,
                null,
                bandwidthMbps,
                wanType,
                device,
                rides,
                protects,
                leaseExpiresInS == null ? null : 0L,
                reason);
    }
}
