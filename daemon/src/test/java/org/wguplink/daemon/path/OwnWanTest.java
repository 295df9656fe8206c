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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.ConfigFile;

class OwnWanTest {
    private static final Link LINK = new Link("wan", 2, true, true, 1500);
    private static final MainRoute DEFAULT4 = route("0.0.0.0/0", "192.0.2.1");
    private static final MainRoute DEFAULT6 = route("::/0", "fe80::1");

    @TempDir
    private Path files;

    private final SimulatedLine line = new SimulatedLine();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<Family, Verdict> judged = new EnumMap<>(Family.class);

    @Test
    void aLineWithOneFamilyIsNotDeadBecauseItsRouteIsGoneForAMoment() throws Exception {
        OwnWan wan = wan("");
        observe(wan);
        run(wan);
        assertThat(judged).as("it never had one").containsEntry(Family.IPV4, Verdict.DOWN);
        observe(wan, DEFAULT4);
        run(wan);
        assertThat(judged).containsEntry(Family.IPV4, Verdict.UP);
        observe(wan);
        line.run(Duration.ofMillis(500), () -> wan.tick(line.now()));
        observe(wan, DEFAULT4);
        run(wan);
        assertThat(verdicts).containsExactly(Verdict.DOWN, Verdict.UP);
        observe(wan);
        run(wan);
        assertThat(verdicts).containsExactly(Verdict.DOWN, Verdict.UP, Verdict.DOWN);
        assertThat(wan.why()).isEqualTo("no default route");
    }

    /** Else it would be dead for the failover until the other one is suspected the next time. */
    @Test
    void aFamilyWithoutTargetsThatHasItsRouteBackIsAsTheOtherAgain() throws Exception {
        OwnWan wan = wan("\tlist track_ip '198.51.100.1'\n\tlist track_ip '198.51.100.2'\n");
        observe(wan, DEFAULT4, DEFAULT6);
        run(wan);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.UP));
        observe(wan, DEFAULT4);
        run(wan);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.DOWN));
        observe(wan, DEFAULT4, DEFAULT6);
        assertThat(judged).containsExactly(Map.entry(Family.IPV4, Verdict.UP), Map.entry(Family.IPV6, Verdict.UP));
    }

    private OwnWan wan(String options) throws Exception {
        Path file = files.resolve("config");
        Files.writeString(file, "config wireguard-uplink 'uplink'\n" + options);
        var config = new ConfigFile(file).read();
        PathProbes probes = line.probes(new NoTraffic());
        return line.in(() -> new OwnWan(probes, "wan", 1, config, EnumSet.noneOf(Family.class), new Ear()));
    }

    private void observe(OwnWan wan, MainRoute... routes) {
        var _ = line.in(() -> {
            if (wan.observe(new NetworkSnapshot(Map.of("wan", LINK), List.of(), List.of(routes))))
                wan.probe(line.now());
            return true;
        });
    }

    private void run(OwnWan wan) {
        line.run(Duration.ofSeconds(2), () -> wan.tick(line.now()));
    }

    private static MainRoute route(String destination, String gateway) {
        return new MainRoute(InetNetwork.parse(destination), "wan", Optional.of(Addresses.parse(gateway)), 0);
    }

    private final class Ear implements OwnWan.Listener {
        @Override
        public void judged(PathId.OwnWan wan, Set<Family> families, Verdict verdict, String why, MonoTime now) {
            families.forEach(family -> judged.put(family, verdict));
            if (verdicts.isEmpty() || verdicts.getLast() != verdict) verdicts.add(verdict);
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
