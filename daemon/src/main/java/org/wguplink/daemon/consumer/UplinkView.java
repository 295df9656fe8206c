package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.offer.Offer;

/**
 * What is known of one peer as an uplink.
 *
 * @param added whether the user chose it
 * @param wanted whether a tunnel to it is kept or being made
 * @param leased whether there is a lease
 * @param obstacle why it cannot be used; empty when nothing stands in the way
 */
public record UplinkView(
        boolean added,
        boolean wanted,
        boolean leased,
        int weight,
        Verdict verdict,
        Optional<Duration> latency,
        Optional<Offer> offer,
        Optional<String> device,
        Optional<Endpoint> endpoint,
        Optional<Duration> expiresIn,
        Optional<String> obstacle) {}
