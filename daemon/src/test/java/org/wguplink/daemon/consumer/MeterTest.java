package org.wguplink.daemon.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.RunningLoop;
import org.wguplink.linux.netlink.LinkTraffic;

class MeterTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BOB = new PeerId("bob");
    private static final long MBIT = 125_000;

    @TempDir
    Path temp;

    private RunningLoop loop;
    private Meter meter;
    private MonoTime now = EventLoop.now();
    private long received = 77;

    @BeforeEach
    void start() throws Exception {
        loop = new RunningLoop();
        meter = begin();
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
    }

    @Test
    void theTrafficOfTheUplinkInUseShowsItsBandwidthWhichIsKept() throws Exception {
        second(Optional.of(ANA), 0);
        second(Optional.of(ANA), 30);
        assertThat(meter.measurements().bandwidth(ANA)).contains(new SeenBandwidth(30, false));
        for (int i = 0; i < 12; i++) second(Optional.of(ANA), 48);
        assertThat(meter.measurements().bandwidth(ANA)).contains(new SeenBandwidth(48, true));
        // a minute later it is on the disk
        for (int i = 0; i < 60; i++) second(Optional.empty(), 500);
        loop.settle();
        assertThat(temp.resolve("measured.json")).hasContent("{\"ana\":{\"bandwidth_mbps\":48,\"limit\":true}}");
        assertThat(begin().measurements().bandwidth(ANA)).contains(new SeenBandwidth(48, true));
    }

    @Test
    void anotherUplinkBeginsAnew() throws Exception {
        second(Optional.of(ANA), 0);
        second(Optional.of(BOB), 900);
        assertThat(meter.measurements().bandwidth(BOB)).isEmpty();
        second(Optional.of(BOB), 20);
        assertThat(meter.measurements().bandwidth(BOB)).contains(new SeenBandwidth(20, false));
        assertThat(meter.measurements().bandwidth(ANA)).isEmpty();
    }

    @Test
    void whoLeavesTheRosterIsForgottenAndABrokenFileIsNoObstacle() throws Exception {
        meter.measurements().latency(ANA, Duration.ofMillis(40), false, now);
        meter.measurements().latency(ANA, Duration.ofMillis(43), false, now);
        assertThat(meter.measurements().latency(ANA, now)).contains(Duration.ofMillis(40));
        meter.measurements().retain(Set.of(BOB));
        assertThat(meter.measurements().latency(ANA, now)).isEmpty();
        Files.writeString(temp.resolve("measured.json"), "{\"ana\":{\"bandwidth_mbps\":-1}}");
        assertThat(begin().measurements().bandwidth(ANA)).isEmpty();
    }

    @Test
    void aRoundTripThatTrafficMakesLongerDoesNotCountAndWhatWasMeasuredLongAgoIsForgotten() {
        Measurements measured = meter.measurements();
        measured.latency(ANA, Duration.ofMillis(40), true, now);
        measured.latency(ANA, Duration.ofMillis(400), true, now);
        assertThat(measured.latency(ANA, now)).contains(Duration.ofMillis(40));
        measured.latency(ANA, Duration.ofMillis(20), true, now);
        assertThat(measured.latency(ANA, now)).contains(Duration.ofMillis(20));
        measured.latency(ANA, Duration.ofMillis(400), false, now);
        assertThat(measured.latency(ANA, now.plus(Duration.ofMinutes(59)))).contains(Duration.ofMillis(400));
        assertThat(measured.latency(ANA, now.plus(Duration.ofHours(1)))).isEmpty();
        measured.latency(ANA, Duration.ofMillis(30), false, now.plus(Duration.ofHours(2)));
        assertThat(measured.latency(ANA, now.plus(Duration.ofHours(2)))).contains(Duration.ofMillis(30));
    }

    private Meter begin() throws Exception {
        return loop.call(() -> new Meter(
                loop.loop(),
                temp.resolve("measured.json"),
                device -> Set.of(TunnelName.of(ANA), TunnelName.of(BOB)).contains(device)
                        ? Optional.of(new LinkTraffic(received, 0))
                        : Optional.empty()));
    }

    private void second(Optional<PeerId> active, long mbps) throws Exception {
        now = now.plus(Duration.ofSeconds(1));
        received += mbps * MBIT;
        loop.call(() -> {
            meter.tick(active, now);
            return true;
        });
    }
}
