package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.loop.EventLoop;

class OwnWanTest {
    private static final Link LINK = new Link("wan", 2, true, true, 1500);
    private static final MainRoute DEFAULT4 = route("0.0.0.0/0", "192.0.2.1");
    private static final MainRoute DEFAULT6 = route("::/0", "fe80::1");

    private static final Echoes.Opener NO_ECHOES = (device, number, target, onAnswer) -> {
        throw new AssertionError();
    };

    @TempDir
    private Path files;

    private long nanos;
    private final List<Runnable> answers = new ArrayList<>();
    private final Map<Family, Verdict> judged = new EnumMap<>(Family.class);

    /** Else it would be dead for the failover until the other one is suspected the next time. */
    @Test
    void aFamilyWithoutTargetsThatHasItsRouteBackIsAsTheOtherAgain() throws Exception {
        Path config = files.resolve("config");
        Files.writeString(
                config,
                "config wireguard-uplink 'uplink'\n\tlist track_ip '198.51.100.1'\n\tlist track_ip '198.51.100.2'\n");
        var read = new ConfigFile(config).read();
        OwnWan wan = in(() -> {
            var probes = new PathProbes(this::prober, NO_ECHOES, new NoTraffic());
            return new OwnWan(probes, "wan", 1, read, EnumSet.noneOf(Family.class), new Ear());
        });
        observe(wan, DEFAULT4, DEFAULT6);
        run(wan);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.UP));
        observe(wan, DEFAULT4);
        run(wan);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.DOWN));
        observe(wan, DEFAULT4, DEFAULT6);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.UP));
    }

    private void observe(OwnWan wan, MainRoute... routes) {
        var _ = in(() -> {
            if (wan.observe(new NetworkSnapshot(Map.of("wan", LINK), List.of(), List.of(routes)))) wan.probe(now());
            return true;
        });
    }

    /** Two seconds. */
    private void run(OwnWan wan) {
        for (int i = 0; i < 400; i++) {
            nanos += Duration.ofMillis(5).toNanos();
            var _ = in(() -> {
                List<Runnable> due = List.copyOf(answers);
                answers.clear();
                due.forEach(Runnable::run);
                wan.tick(now());
                return true;
            });
        }
    }

    private MonoTime now() {
        return new MonoTime(nanos);
    }

    private <T> T in(Callable<T> act) {
        try {
            return ScopedValue.where(EventLoop.SIMULATED, () -> nanos).call(act::call);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static MainRoute route(String destination, String gateway) {
        return new MainRoute(InetNetwork.parse(destination), "wan", Optional.of(Addresses.parse(gateway)), 0);
    }

    /** All that is asked is answered. */
    private Prober prober(String device, int number, Family family, Prober.Answers onAnswer) {
        return new Prober() {
            @Override
            public void send(Ask ask) {
                answers.add(() -> onAnswer.answered(ask.sequence(), Duration.ZERO));
            }

            @Override
            public boolean fetch(HttpUrl page, Consumer<PageAnswer> onPage) {
                return true;
            }

            @Override
            public void retain(IntPredicate awaited) {}

            @Override
            public void close() {}
        };
    }

    private final class Ear implements OwnWan.Listener {
        @Override
        public void judged(PathId.OwnWan wan, Set<Family> families, Verdict verdict, String why, MonoTime now) {
            families.forEach(family -> judged.put(family, verdict));
        }

        @Override
        public void rated(PathId.OwnWan wan, Set<Family> families, Optional<String> complaint, MonoTime now) {}
    }

    private static final class NoTraffic implements Counters {
        @Override
        public void read() {}

        @Override
        public long sent(int path, Family family) {
            return 0;
        }

        @Override
        public long answered(int path, Family family) {
            return 0;
        }

        @Override
        public void close() {}
    }
}
