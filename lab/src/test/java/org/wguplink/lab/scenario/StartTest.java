package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Status;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabName;
import org.wguplink.lab.net.LabNode;

/** How a daemon starts on a node that is not ready for it, and what is left when a lab with daemons ends. */
@NeedsLab
class StartTest {
    @Test
    void aNodeWithoutAMeshWatchesItsWanAndSaysWhatToDoNext() throws Exception {
        try (Lab lab = Lab.build(List.of("A"))) {
            LabNode a = lab.node("A");
            a.startDaemon();
            MeshSetup.awaitAnswer(a);
            Facts.awaitWanUp(a);
            Status status = a.wgctlStatus();
            assertThat(status.state()).isEqualTo("direct");
            assertThat(status.wan().device()).isEqualTo("wan");
            assertThat(status.mesh().rosterSerial()).isZero();
            String text = a.wgctl("status").orThrow().replaceAll("\\s+", " ");
            assertThat(text).contains("no roster yet", "wgctl mesh init", "wgctl mesh import");
            try (Cut _ = a.cut(Fault.CARRIER)) {
                Facts.awaitState(a, "offline");
                // the kernel may tell of a carrier later than the probes do, when it is busy
                Await.until("what is missing", Duration.ofSeconds(10), a, () -> {
                    String reason = String.valueOf(a.wgctlStatus().reason());
                    return Await.Seen.when(reason.contains("no carrier") && reason.contains("no uplink"), reason);
                });
            }
        }
    }

    @Test
    void aBrokenConfigurationIsRefusedWithItsPlaceAndTheSecondDaemonToo() throws Exception {
        try (Lab lab = Lab.build(List.of("A"))) {
            LabNode a = lab.node("A");
            Path config = a.root().resolve("etc/config/wireguard-uplink");
            Files.createDirectories(config.resolveSibling("."));
            Files.writeString(
                    config, "config wireguard-uplink 'uplink'\n\toption enabled '1'\n\toption min_uplinks 'x'\n");
            Command.Result refused = a.runDaemon();
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err())
                    .contains(
                            config + ", line 3: ", "option 'min_uplinks': found 'x'; expected an integer from 0 to 28");
            Files.writeString(config, "nonsense\n");
            refused = a.runDaemon();
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains(config + ", line 1: ", "found", "expected");
            assertThat(Facts.ourRules(a)).isEmpty();
            assertThat(Facts.ruleset(a)).doesNotContain("wguplink");

            Files.writeString(config, "config wireguard-uplink 'uplink'\n");
            a.startDaemon();
            MeshSetup.awaitAnswer(a);
            Command.Result second = a.runDaemon();
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("uplinkd is already running with these files");
            assertThat(a.status().state()).isEqualTo("direct");
        }
    }

    @Test
    void aLabWithDaemonsAndTunnelsLeavesNoNamespaceNoProcessAndNoFile() throws Exception {
        LabName name;
        Set<Object> spaces = new HashSet<>();
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            name = lab.name();
            MeshSetup.found(lab);
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(lab.node("B"), List.of(lab.node("A")));
            for (Path space : namespaces(name)) spaces.add(Files.getAttribute(space, "unix:ino"));
            assertThat(processesIn(spaces)).hasSizeGreaterThan(5);
            assertThat(Facts.lasting(Facts.wireGuardProcesses(lab.node("B")))).hasSize(2);
        }
        assertThat(namespaces(name)).isEmpty();
        assertThat(processesIn(spaces)).isEmpty();
        assertThat(name.directory()).doesNotExist();
    }

    private static List<Path> namespaces(LabName lab) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
            return all.filter(path -> path.getFileName().toString().startsWith(lab.value()))
                    .toList();
        }
    }

    /** Other processes whose network is one of these, by the number of its inode. */
    private static List<String> processesIn(Set<Object> spaces) {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && spaces.contains(networkOf(process.pid())))
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse("?"))
                .toList();
    }

    private static Object networkOf(long pid) {
        try {
            return Files.getAttribute(Path.of("/proc", Long.toString(pid), "ns/net"), "unix:ino");
        } catch (java.io.IOException _) {
            return "ended meanwhile";
        }
    }
}
