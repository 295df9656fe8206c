package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.time.WallClock;

class UsageTest {
    private static final WireGuardKey A = WireGuardKey.of(new byte[32]);
    private static final Duration PERIOD = Duration.ofSeconds(5);

    @TempDir
    Path temp;

    private Instant clock = Instant.parse("2026-02-28T12:00:00Z");
    private MonoTime now = new MonoTime(0);
    private final List<String> saved = new ArrayList<>();

    @Test
    void aMonthsBytesCountAgainstTheQuotaAndAreKept() throws Exception {
        Usage usage = usage();
        read(usage, 900_000_000, 900_000_000);
        assertThat(usage.leftMb(100)).as("what was there before counts not").isEqualTo(100);
        read(usage, 920_000_000, 910_000_000);
        assertThat(usage.leftMb(100)).isEqualTo(70);
        read(usage, 5_000_000, 0);
        assertThat(usage.leftMb(100)).as("a new tunnel's counters").isEqualTo(65);
        Files.writeString(temp.resolve("usage.json"), saved.getFirst());
        assertThat(usage().leftMb(100)).as("in the next run").isEqualTo(70);
        read(usage, 105_000_000, 0);
        assertThat(usage.leftMb(100)).isZero();
        clock = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(usage.leftMb(100)).as("in the next month").isEqualTo(100);
        read(usage, 106_000_000, 0);
        assertThat(usage.leftMb(100)).isEqualTo(99);
    }

    @Test
    void theBusierDirectionIsTheLoad() {
        Usage usage = usage();
        read(usage, 0, 0);
        read(usage, 5_000_000, 25_000_000);
        assertThat(usage.busyPercent(0)).isEmpty();
        assertThat(usage.busyPercent(100)).contains(40);
        assertThat(usage.busyPercent(10)).contains(100);
    }

    private Usage usage() {
        return new Usage(temp.resolve("usage.json"), new WallClock(() -> clock, now::nanos), saved::add, now);
    }

    private void read(Usage usage, long rx, long tx) {
        now = now.plus(PERIOD);
        usage.read(Map.of(A, new TunnelStatus.Peer(Optional.empty(), Optional.empty(), rx, tx)), now);
    }
}
