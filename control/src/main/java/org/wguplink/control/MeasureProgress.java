package org.wguplink.control;

import io.avaje.jsonb.Json;

/** How far {@code uplink_measure} is; as in {@link MeasureResult}. */
@Json(naming = Json.Naming.LowerUnderscore)
public record MeasureProgress(String path, double downMbps, long bytes, double seconds) {}
