package org.wguplink.control;

import io.avaje.jsonb.Json;
import java.util.List;

/** @param uplinks best first */
@Json
public record UplinkList(List<Uplink> uplinks) {}
