package org.wguplink.daemon.provider;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.time.WallClock;
import org.wguplink.mesh.store.StateFile;

/**
 * What consumers have used of the line: in this month (UTC), kept on disk, and lately. What they use while the daemon is not
 * there is not counted. Loop thread only.
 */
final class Usage {
    private static final JsonType<Month> TYPE = Jsonb.builder().build().type(Month.class);
    private static final int MAX_BYTES = 1024;
    private static final Duration SAVED_EVERY = Duration.ofMinutes(1);
    private static final long MB = 1_000_000;
    private static final int BITS = 8;
    private static final TunnelStatus.Peer NEW = new TunnelStatus.Peer(Optional.empty(), Optional.empty(), 0, 0);

    /** Writes the text of the file somewhere else than on the loop. */
    interface Saver {
        void save(String text);
    }

    /** As it stands in the file. */
    @Json
    record Month(String month, long bytes) {}

    private final WallClock wall;
    private final Saver saver;
    private Month month;
    private Optional<Reading> last = Optional.empty();
    private double bitsPerSecond;
    private MonoTime saveAt;

    private record Reading(Map<WireGuardKey, TunnelStatus.Peer> peers, MonoTime at) {}

    Usage(Path file, WallClock wall, Saver saver, MonoTime now) {
        this.wall = wall;
        this.saver = saver;
        this.saveAt = now;
        this.month = StateFile.read(file, MAX_BYTES, TYPE::fromJson).orElseGet(() -> new Month("", 0));
    }

    /** Takes in the counters of all consumers' tunnels. */
    void read(Map<WireGuardKey, TunnelStatus.Peer> peers, MonoTime at) {
        Optional<Reading> before = last;
        last = Optional.of(new Reading(new HashMap<>(peers), at));
        // the first reading of a run may hold what was counted before
        if (before.isEmpty()) return;
        long received = 0;
        long sent = 0;
        for (var entry : peers.entrySet()) {
            TunnelStatus.Peer old = before.get().peers.getOrDefault(entry.getKey(), NEW);
            received += more(old.rxBytes(), entry.getValue().rxBytes());
            sent += more(old.txBytes(), entry.getValue().txBytes());
        }
        double seconds = at.since(before.get().at).toNanos() / 1e9;
        bitsPerSecond = seconds <= 0 ? 0 : BITS * Math.max(received, sent) / seconds;
        add(received + sent, at);
    }

    /** A counter that begins anew is one of a new tunnel. */
    private static long more(long before, long now) {
        return now < before ? now : now - before;
    }

    private void add(long bytes, MonoTime now) {
        month = new Month(present(), used() + bytes);
        if (bytes == 0 || !saveAt.isDue(now)) return;
        saveAt = now.plus(SAVED_EVERY);
        saver.save(TYPE.toJson(month));
    }

    /** A clock that is wrong begins no month. */
    private String present() {
        return wall.isKnown()
                ? YearMonth.from(wall.instant().atOffset(ZoneOffset.UTC)).toString()
                : month.month;
    }

    private long used() {
        return present().equals(month.month) ? month.bytes : 0;
    }

    /** How much of the line was used lately, 0 to 100; empty when its bandwidth is not known. */
    Optional<Integer> busyPercent(int bandwidthMbps) {
        if (bandwidthMbps == 0) return Optional.empty();
        return Optional.of((int) Math.min(100, 100 * bitsPerSecond / (bandwidthMbps * (double) MB)));
    }

    /** What is left of a month's quota. */
    long leftMb(long quotaMb) {
        return Math.max(0, quotaMb - used() / MB);
    }
}
