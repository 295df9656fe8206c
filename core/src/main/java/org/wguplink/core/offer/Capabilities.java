package org.wguplink.core.offer;

/**
 * What a provider says of its own line. Claims, not measurements.
 *
 * @param bandwidthMbps 0 when not stated, at most 1,000,000
 * @param latencyMs round trip to the internet, 0 when not stated, at most 60,000
 * @param available whether it lends its line at this moment: its own internet is verified, and it is not borrowing
 */
public record Capabilities(int bandwidthMbps, int latencyMs, WanType wanType, boolean available, Terms terms) {
    /** Of a provider that says nothing of its terms. */
    public Capabilities(int bandwidthMbps, int latencyMs, WanType wanType, boolean available) {
        this(bandwidthMbps, latencyMs, wanType, available, Terms.UNSTATED);
    }

    public Capabilities {
        if (bandwidthMbps < 0 || bandwidthMbps > 1_000_000)
            throw new IllegalArgumentException("bandwidth_mbps %d; expected 0 to 1000000".formatted(bandwidthMbps));
        if (latencyMs < 0 || latencyMs > 60_000)
            throw new IllegalArgumentException("latency_ms %d; expected 0 to 60000".formatted(latencyMs));
    }

    /** Whether what is borrowed is paid for by volume: as stated, else as is usual for its kind of line. */
    public boolean metered() {
        return terms.metered().orElse(wanType.usuallyMetered());
    }
}
