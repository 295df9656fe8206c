package org.wguplink.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wguplink.daemon.control.FakeCalls.seconds;
import static org.wguplink.daemon.control.FakeCalls.status;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wguplink.control.Status;

/** Every {@code take} here would wait for ever, and fail by its time-out, were nothing told. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class WatchersTest {
    private static final Status FIRST = status("direct");
    private static final Status SLOWER = slower(FIRST);

    private final Watchers watchers = new Watchers();
    private final Watchers.Watcher watcher = watchers.add(FIRST, Duration.ofSeconds(5), seconds(0));

    @Test
    void aChangeThatMattersIsToldAtOnce() throws Exception {
        watchers.changed(status("uplink"), seconds(1));
        assertThat(watcher.take()).contains(status("uplink"));
    }

    @Test
    void figuresThatMoveByThemselvesAreToldOnceAnInterval() throws Exception {
        watchers.changed(SLOWER, seconds(4));
        watchers.changed(status("uplink"), seconds(4));
        assertThat(watcher.take()).contains(status("uplink"));
        watchers.changed(slower(status("uplink")), seconds(8));
        watchers.changed(slower(slower(status("uplink"))), seconds(9));
        assertThat(watcher.take()).contains(slower(slower(status("uplink"))));
    }

    @Test
    void aSlowOneGetsTheNewestAlone() throws Exception {
        for (String state : List.of("uplink", "offline", "direct")) watchers.changed(status(state), seconds(1));
        assertThat(watcher.take()).contains(status("direct"));
        watchers.changed(status("offline"), seconds(1));
        assertThat(watcher.take()).contains(status("offline"));
    }

    @Test
    void aClosedOneIsForgottenAndTakesNothing() throws Exception {
        watcher.close();
        watchers.changed(status("offline"), seconds(1));
        assertThat(watcher.take()).isEmpty();
        assertThat(watchers.size()).isZero();
    }

    private static Status slower(Status status) {
        Status.Wan wan = status.wan();
        Double latency = wan.latencyMs();
        return new Status(
                status.version(),
                status.peerId(),
                status.pid(),
                status.state(),
                status.via(),
                status.reason(),
                status.since(),
                status.failoverEnabled(),
                new Status.Wan(
                        wan.device(), wan.state(), true, latency == null ? 1.0 : latency + 1, null, wan.reason()),
                status.wans(),
                status.wanInUse(),
                status.resolvers(),
                status.offering(),
                status.mesh(),
                status.uplinks(),
                status.configTrouble(),
                status.warnings(),
                List.of(),
                List.of(),
                status.ipv6());
    }
}
