package org.wguplink.control;

import io.avaje.jsonb.Json;

/**
 * What the daemon says unasked on a connection that wants it: a JSON-RPC 2.0 notification.
 *
 * @param params the JSON text of a record: {@link Status} for {@value #STATUS}, {@link TestStage} for {@value #STAGE},
 *     {@link MeasureProgress} for {@value #MEASURED}
 */
@Json
public record Notification(
        String jsonrpc, String method, @Json.Raw String params) {
    public static final String STATUS = "status";
    public static final String STAGE = "uplink_test_stage";
    public static final String MEASURED = "uplink_measure_progress";

    public static Notification of(String method, Object params) {
        return new Notification("2.0", method, Wire.encode(params));
    }
}
