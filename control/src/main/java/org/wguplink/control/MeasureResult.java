package org.wguplink.control;

import io.avaje.jsonb.Json;

/**
 * The outcome of {@code uplink_measure}.
 *
 * @param path the peer, or the device of an own WAN
 * @param kind {@code uplink} or {@code wan}
 * @param server the address that the load came from
 * @param downMbps 10^6 bits of the page a second, without the first half second
 * @param bytes of the page, all of them
 * @param seconds from the first byte to the end
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MeasureResult(
        String path, String kind, String device, String server, double downMbps, long bytes, double seconds) {}
