package org.wguplink.lab.demo;

import io.avaje.jsonb.Json;

/**
 * What the demo measured.
 *
 * @param outageMs longest silence at the LAN host after its node's WAN died
 * @param via the peer that took over
 * @param providerOutageMs the same after that peer's WAN died
 * @param viaNext the peer that took over then
 * @param failbackLost packets of the established flow lost while new flows went home
 * @param freshBackMs from the healing of the own WAN until new flows use it for good
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DemoResult(
        long outageMs, String via, long providerOutageMs, String viaNext, long failbackLost, long freshBackMs) {}
