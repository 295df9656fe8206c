package org.wguplink.daemon.consumer;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.selection.Steady;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.mesh.store.StateFile;

/**
 * What was measured of each peer's uplink, whether it has a tunnel now or not: kept on disk, for members of the roster only.
 * Written at most once a minute, and only what is news. Loop thread only.
 */
final class Measurements {
    private static final JsonType<Map<String, Line>> TYPE =
            Jsonb.builder().build().type(Line.class).map();
    /** A thousand peers of a hundred bytes. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final Duration SAVED_EVERY = Duration.ofMinutes(1);
    /** A peer that was slow once gets another chance. */
    private static final Duration VALID = Duration.ofHours(1);

    /** As it stands in the file; latency in milliseconds. */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Line(@Nullable Double latencyMs, @Nullable Integer bandwidthMbps, boolean limit) {}

    private record Measured(Optional<Duration> latency, Optional<SeenBandwidth> bandwidth) {
        static final Measured NOTHING = new Measured(Optional.empty(), Optional.empty());

        static Measured of(Line line) {
            return new Measured(
                    Optional.ofNullable(line.latencyMs).map(ms -> Duration.ofNanos((long) (ms * 1e6))),
                    Optional.ofNullable(line.bandwidthMbps).map(mbps -> new SeenBandwidth(mbps, line.limit)));
        }

        Line line() {
            return new Line(
                    latency.map(l -> Math.round(l.toNanos() / 1e4) / 100.0).orElse(null),
                    bandwidth.map(SeenBandwidth::mbps).orElse(null),
                    bandwidth.filter(SeenBandwidth::limit).isPresent());
        }
    }

    private final LatestText saved;
    private final Map<PeerId, Measured> peers = new TreeMap<>();
    private final Map<PeerId, MonoTime> measuredAt = new TreeMap<>();
    private final MonoTime begun = EventLoop.now();
    private boolean news;
    private MonoTime saveAt = EventLoop.now();

    Measurements(Loop loop, Path file) {
        saved = new LatestText(loop, file, DurableFile::replace);
        StateFile.read(file, MAX_BYTES, Measurements::parse).ifPresent(peers::putAll);
    }

    private static Map<PeerId, Measured> parse(String text) {
        Map<PeerId, Measured> read = new TreeMap<>();
        TYPE.fromJson(text).forEach((peer, line) -> read.put(new PeerId(peer), Measured.of(line)));
        return read;
    }

    /** Forgets who is no longer trusted. */
    void retain(Collection<PeerId> trusted) {
        news |= peers.keySet().retainAll(trusted);
        measuredAt.keySet().retainAll(trusted);
    }

    /** The latency that counts, as steady as it was measured through the tunnel; without one, it is forgotten after a while. */
    Optional<Duration> latency(PeerId peer, MonoTime now) {
        return of(peer).latency
                .filter(_ -> now.since(measuredAt.getOrDefault(peer, begun)).compareTo(VALID) < 0);
    }

    Optional<SeenBandwidth> bandwidth(PeerId peer) {
        return of(peer).bandwidth;
    }

    /** @param loaded whether it carries traffic: a longer round trip is then most likely its own doing, and says nothing */
    void latency(PeerId peer, Duration latency, boolean loaded, MonoTime now) {
        Measured before = of(peer);
        if (loaded && latency(peer, now).filter(b -> b.compareTo(latency) < 0).isPresent()) return;
        measuredAt.put(peer, now);
        Duration counts = before.latency.map(b -> Steady.latency(b, latency)).orElse(latency);
        put(peer, new Measured(Optional.of(counts), before.bandwidth));
    }

    void bandwidth(PeerId peer, SeenBandwidth seen) {
        Measured before = of(peer);
        put(
                peer,
                new Measured(
                        before.latency,
                        Optional.of(before.bandwidth.map(b -> b.and(seen)).orElse(seen))));
    }

    private Measured of(PeerId peer) {
        return peers.getOrDefault(peer, Measured.NOTHING);
    }

    private void put(PeerId peer, Measured measured) {
        news |= !measured.equals(peers.put(peer, measured));
    }

    /** Writes what is news, and what could not be written before. */
    void tick(MonoTime now) {
        if (!saveAt.isDue(now)) return;
        saveAt = now.plus(SAVED_EVERY);
        if (!news) {
            saved.retry();
            return;
        }
        news = false;
        var lines = new TreeMap<String, Line>();
        peers.forEach((peer, measured) -> lines.put(peer.value(), measured.line()));
        saved.put(TYPE.toJson(lines));
    }
}
