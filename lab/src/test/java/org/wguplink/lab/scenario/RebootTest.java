package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** What a node can do by itself: from what it has kept on disk, without the mesh, and without the time of day. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RebootTest {
    private static final Duration UPLINK = Duration.ofSeconds(15);
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final double MOST_CPU = 0.15;
    private static final long MOST_MEMORY_KIB = 160 * 1024;

    private Lab lab;
    private LabNode a;
    private LabNode c;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        a = lab.node("A");
        c = lab.node("C");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
        Await.until("C has kept its lease", Facts.SOON, c, () -> {
            String kept = Files.readString(memory());
            return Await.Seen.when(kept.contains("\"leases\":{\"nodeA\""), kept);
        });
    }

    @AfterAll
    void close() throws IOException {
        lab.close();
    }

    @Test
    @Order(1)
    void withoutTheMeshARestartKeepsTheUplinkAndCostsLittle() throws Exception {
        try (OutageMeter meter = OutageMeter.start(c.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT);
                Cut _ = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            awaitSteady(meter);
            silenceTheMesh();
            Imprint before = Imprint.of(c);
            MonoTime killed = meter.timeline().now();
            c.killDaemon();
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Facts.awaitVia(c, a);
            Await.pause(Duration.ofSeconds(2));
            Usage early = Usage.of(c);
            Await.pause(WATCHED);
            Usage late = Usage.of(c);
            assertThat(late.cpuSince(early))
                    .as("of a core, with no seed in reach")
                    .isLessThan(MOST_CPU);
            assertThat(late.memoryKib()).as("resident memory").isLessThan(MOST_MEMORY_KIB);
            assertThat(c.status().mesh().members()).isEqualTo(1);
            Imprint.of(c).assertAsBefore(before);
            Timeline all = meter.timeline();
            assertThat(all.lost(killed, all.now())).as("packets lost").isZero();
        }
    }

    @Test
    @Order(2)
    void withoutTheMeshARebootMakesTheUplinkAgainFromWhatIsOnDisk() throws Exception {
        try (Cut _ = c.cut(Fault.BLACKHOLE)) {
            reboot();
            c.startDaemon();
            awaitUplink();
        } finally {
            lab.in("mesh", "nft", "delete table netdev lab_no_gossip").orThrow();
        }
    }

    @Test
    @Order(3)
    void aBootIn1970FindsAnUplinkWhileTheWanIsDead() throws Exception {
        try (Cut _ = c.cut(Fault.BLACKHOLE)) {
            Path key = c.root().resolve("etc/wireguard-uplink/tunnels/wgup-nodeA.key");
            String before = Files.readString(key);
            reboot();
            c.startDaemonBy(faketime("1970-01-01 00:01:00"));
            awaitUplink();
            assertThat(Files.readString(key))
                    .as("a key whose handshakes were dated later would be refused")
                    .isNotEqualTo(before);
        }
        c.killDaemon();
    }

    @Test
    @Order(4)
    void wireGuardOutlivesTheControlGroupOfTheService() throws Exception {
        try (ControlGroup service = ControlGroup.make(c, lab.name() + "-service")) {
            reboot();
            c.startDaemonBy(service.launcher());
            MeshSetup.awaitAnswer(c);
            try (OutageMeter meter = OutageMeter.start(c.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT);
                    Cut _ = c.cut(Fault.BLACKHOLE)) {
                Facts.awaitVia(c, a);
                awaitSteady(meter);
                List<String> tunnels = Facts.lasting(Facts.wireGuardProcesses(c));
                assertThat(tunnels).hasSize(2);
                MonoTime killed = meter.timeline().now();
                service.kill();
                Await.until("the daemon is dead", Facts.SOON, c, () -> Await.Seen.when(!c.isDaemonAlive(), "alive"));
                Await.pause(Duration.ofSeconds(1).plus(Timeline.GRACE));
                assertThat(Facts.lasting(Facts.wireGuardProcesses(c))).isEqualTo(tunnels);
                Timeline all = meter.timeline();
                assertThat(all.lost(killed, all.now())).as("packets lost").isZero();
            }
            assertThat(c.cleanupDaemon()).returns(0, Command.Result::exit);
            assertThat(service.shelterIsLeftOver())
                    .as("our group, without a process in it")
                    .isFalse();
        }
    }

    private void silenceTheMesh() throws IOException {
        lab.in("mesh", "nft", """
                        table netdev lab_no_gossip { chain ingress {
                            type filter hook ingress device %s priority -20; policy accept;
                            tcp dport 7900 drop; tcp sport 7900 drop; }; }""".formatted(c.site().meshPort())).orThrow();
    }

    /** What a reboot leaves: the files that are not of the running system. */
    private void reboot() throws IOException {
        c.killDaemon();
        c.cleanupDaemon().orThrow();
        assertThat(Facts.ourDevices(c)).isEmpty();
        assertThat(memory()).exists();
    }

    private Path memory() {
        return c.root().resolve("var/lib/wireguard-uplink/mesh.json");
    }

    private void awaitUplink() throws IOException {
        Await.until("C goes by A", UPLINK, c, () -> {
            var now = c.status();
            return Await.Seen.when(a.peerId().equals(now.via()), now);
        });
        assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
    }

    private void awaitSteady(OutageMeter meter) throws IOException {
        Await.until("the LAN leaves by A for a second", Facts.LATER, c, () -> {
            Timeline all = meter.timeline();
            boolean steady = all.steadySince(a.site().number())
                    .filter(since -> all.now().since(since).compareTo(Duration.ofSeconds(1)) > 0)
                    .isPresent();
            return Await.Seen.when(steady, all.exits(all.now().plus(Duration.ofSeconds(-2))));
        });
    }

    /**
     * A program that runs its arguments with another time of day. Its "monotonic fix" makes timed waits of the JVM deaf to
     * signals. It does not reach wireguard-go, which is linked statically and keeps the machine's time.
     */
    private static List<String> faketime(String time) throws IOException {
        try (var found = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            for (Path directory : found) {
                Path library = directory.resolve("faketime/libfaketime.so.1");
                if (Files.exists(library))
                    return List.of(
                            "env",
                            "LD_PRELOAD=" + library,
                            "FAKETIME=@" + time,
                            "FAKETIME_DONT_FAKE_MONOTONIC=1",
                            "FAKETIME_FORCE_MONOTONIC_FIX=0");
            }
        }
        throw new NotReached("libfaketime is not installed (the package faketime)");
    }

    /** What the daemon has used. */
    private record Usage(long cpuTicks, long memoryKib, long atNanos) {
        private static final double TICKS_PER_SECOND = 100;

        static Usage of(LabNode node) throws IOException {
            Path process = Path.of("/proc", Long.toString(node.status().pid()));
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long memory = Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            // utime and stime, fields 14 and 15 of proc_pid_stat(5)
            return new Usage(Long.parseLong(fields[11]) + Long.parseLong(fields[12]), memory, System.nanoTime());
        }

        double cpuSince(Usage before) {
            return (cpuTicks - before.cpuTicks) / TICKS_PER_SECOND / ((atNanos - before.atNanos) / 1e9);
        }
    }
}
