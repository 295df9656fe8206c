package org.wguplink.lab.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;

@NeedsLab
class LabTest {
    @Test
    void fourNodesAreBuiltAndNothingIsLeftOfThem() throws Exception {
        LabName name;
        try (Lab lab = Lab.build(List.of("A", "B", "C", "D"))) {
            name = lab.name();
            assertThat(namespaces(name)).hasSize(14);
            assertThat(processes(name)).isNotEmpty();
        }
        assertNothingLeft(name);
    }

    @Test
    void everyNodeReachesEveryOtherOverTheMeshAndTheInternetOverItsWan() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            for (String target : List.of("10.250.0.2", "fd00:250::2", "8.8.8.8", "2606:4700:4700::1111"))
                assertThat(ping(a, target)).as(target).isZero();
        }
    }

    @Test
    void aNodeHasItsOwnWireGuardDirectoryAndResolver() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            lab.node("A").run("touch", "/run/wireguard/mine").orThrow();
            assertThat(lab.node("B").run("ls", "/run/wireguard").orThrow()).isEmpty();
            assertThat(Path.of("/run/wireguard/mine")).doesNotExist();
            assertThat(lab.node("A").run("cat", "/etc/resolv.conf").orThrow())
                    .isEqualTo("nameserver 172.31.1.2\nnameserver fd31:1::2\n");
        }
    }

    @Test
    void everyFaultCutsTheInternetAndHeals() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            for (Fault fault : EnumSet.complementOf(
                    EnumSet.of(Fault.TUNNELS_KILLED, Fault.DNS, Fault.NARROW, Fault.PORTAL, Fault.RENUMBERED))) {
                try (Cut _ = a.cut(fault)) {
                    Set<String> expected = new TreeSet<>();
                    if (fault == Fault.IPV6) expected.add("8.8.8.8");
                    if (fault == Fault.IPV4) expected.add("2001:4860:4860::8888");
                    // the mesh, and the gateway
                    if (fault != Fault.VANISH) expected.add("10.250.0.2");
                    if (Set.of(Fault.UPSTREAM, Fault.IPV4, Fault.IPV6).contains(fault)) expected.add("100.64.1.1");
                    assertThat(answering(a, "8.8.8.8", "2001:4860:4860::8888", "10.250.0.2", "100.64.1.1"))
                            .as("what answers after %s", fault)
                            .isEqualTo(expected);
                    assertThat(ping(lab.node("B"), "8.8.8.8"))
                            .as("%s, the other node", fault)
                            .isZero();
                }
                assertThat(answers(a, "8.8.8.8")).as("%s healed", fault).isTrue();
                assertThat(answers(a, "10.250.0.2"))
                        .as("%s healed, mesh", fault)
                        .isTrue();
            }
        }
    }

    @Test
    void aRenumberedWanHasTheInternetAgainByItsNewAddress() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            try (Cut _ = a.cut(Fault.RENUMBERED)) {
                assertThat(answers(a, "8.8.8.8")).isTrue();
                assertThat(a.run("ip", "-4", "-br", "address", "show", "wan").orThrow())
                        .contains("100.64.1.6/30")
                        .doesNotContain("100.64.1.2/30");
            }
            assertThat(answers(a, "8.8.8.8")).isTrue();
            assertThat(a.run("ip", "-4", "-br", "address", "show", "wan").orThrow())
                    .contains("100.64.1.2/30");
        }
    }

    @Test
    void echoesAreLimitedAndFiltered() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            try (Cut _ = a.impair(new Impairment.Echoes(0))) {
                assertThat(ping(a, "8.8.8.8")).isNotZero();
            }
            try (Cut _ = a.impair(new Impairment.Echoes(1))) {
                String ten = a.run("ping", "-n", "-c", "10", "-i", "0.05", "-W", "1", "8.8.8.8")
                        .out();
                assertThat(ten).containsPattern(" [12] received");
            }
            assertThat(answers(a, "8.8.8.8")).isTrue();
        }
    }

    @Test
    void aWanLimpsAsItIsToldTo() throws Exception {
        try (Lab lab = Lab.build(List.of("A"))) {
            LabNode a = lab.node("A");
            assertThat(roundTripMs(a)).isLessThan(150);
            try (Cut _ = a.impair(new Impairment.Delay(100))) {
                assertThat(roundTripMs(a)).isBetween(200.0, 600.0);
            }
            assertThat(roundTripMs(a)).isLessThan(150);
            try (Cut _ = a.impair(new Impairment.Loss(99))) {
                assertThat(a.run("ping", "-n", "-c", "3", "-i", "0.1", "-W", "1", "8.8.8.8")
                                .out())
                        .doesNotContain(" 0% packet loss");
            }
            try (Cut _ = a.impair(new Impairment.Rate(64, 300))) {
                // 113 kbit/s: the queue of 300 ms fills
                String busy = a.run("ping", "-n", "-c", "20", "-i", "0.1", "-s", "1372", "8.8.8.8")
                        .out();
                assertThat(maxMs(busy)).isGreaterThan(150);
            }
            assertThat(roundTripMs(a)).isLessThan(150);
        }
    }

    private static double roundTripMs(LabNode node) throws Exception {
        return maxMs(node.run("ping", "-n", "-c", "1", "-W", "3", "8.8.8.8").orThrow());
    }

    /** Of {@code rtt min/avg/max/mdev = 0.1/0.2/0.3/0.4 ms}. */
    private static double maxMs(String said) {
        return Double.parseDouble(said.substring(said.indexOf("min/avg/max")).split("[ /]", -1)[7]);
    }

    @Test
    void twoLabsStandSideBySide() throws Exception {
        try (Lab first = Lab.build(List.of("A"));
                Lab second = Lab.build(List.of("A"))) {
            assertThat(ping(first.node("A"), "8.8.8.8")).isZero();
            assertThat(ping(second.node("A"), "8.8.8.8")).isZero();
        }
    }

    @Test
    void aKilledOwnerLeavesNothingBehind() throws Exception {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = owner.inputReader();
        String line = said.readLine();
        assertThat(line).as("what the owner said").isNotNull();
        LabName name = new LabName(line);
        assertThat(namespaces(name)).isNotEmpty();
        owner.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        // who removes the directory ends after that
        while (System.nanoTime() < deadline
                && (Files.exists(name.directory()) || !processes(name).isEmpty())) Thread.sleep(50);
        assertNothingLeft(name);
    }

    /** Builds a lab, says its name, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] args) throws Exception {
            Lab lab = Lab.build(List.of("A", "B"));
            System.out.println(lab.name());
            Thread.sleep(Duration.ofMinutes(1));
        }
    }

    private static int ping(LabNode node, String target) throws Exception {
        return node.run("ping", "-n", "-c", "1", "-W", "1", target).exit();
    }

    /** Those that answer, asked at the same time: what does not costs a second. */
    private static Set<String> answering(LabNode node, String... targets) throws Exception {
        Set<String> answering = new TreeSet<>();
        try (var asked = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            Map<String, Future<Integer>> exits = new TreeMap<>();
            for (String target : targets) exits.put(target, asked.submit(() -> ping(node, target)));
            for (var exit : exits.entrySet()) if (exit.getValue().get() == 0) answering.add(exit.getKey());
        }
        return answering;
    }

    /** After a cut the first ping may wait for a neighbour lookup that failed meanwhile. */
    private static boolean answers(LabNode node, String target) throws Exception {
        for (int attempt = 0; attempt < 5; attempt++) if (ping(node, target) == 0) return true;
        return false;
    }

    private static void assertNothingLeft(LabName name) throws Exception {
        assertThat(namespaces(name)).isEmpty();
        assertThat(processes(name)).isEmpty();
        assertThat(name.directory()).doesNotExist();
    }

    private static List<String> namespaces(LabName name) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(space -> space.startsWith(name.value()))
                    .toList();
        }
    }

    /** Command lines that name the lab. */
    private static List<String> processes(LabName name) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(name.value()))
                .toList();
    }
}
