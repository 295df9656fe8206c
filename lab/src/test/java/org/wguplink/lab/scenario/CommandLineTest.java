package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;
import org.wguplink.control.Wire;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** {@code wgctl} as people and scripts run it, on a consumer B and its provider A. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineTest {
    private Lab lab;
    private LabNode a;
    private LabNode b;

    /** @param said what standard error begins with, after {@code wgctl: } */
    private record Row(String line, int exit, String said) {}

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B"));
        a = lab.node("A");
        b = lab.node("B");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(b, List.of(a));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void badInputIsOneClearLineAndTheRightExitStatus() throws Exception {
        for (Row row : List.of(
                new Row("uplink add nobody --yes", 1, "'nobody' is not in the roster of this mesh"),
                new Row("uplink test nobody", 1, "'nobody' is not an uplink of this node (see wgctl uplink list)"),
                new Row("uplink remove nobody", 1, "'nobody' is not an uplink of this node"),
                new Row("uplink add nodeB --yes", 1, "'nodeB' is this node itself"),
                new Row("uplink test nodeB", 1, "'nodeB' is this node itself"),
                new Row("uplink priority nodeB 5", 1, "'nodeB' is this node itself"),
                new Row("uplink add ../x --yes", 1, "'../x' is not a peer id; expected 1 to 63 letters"),
                new Row("uplink priority nodeA 0", 2, "uplink priority: '0'; expected a weight from 1 to 1000"),
                new Row("uplink priority nodeA 1001", 2, "uplink priority: '1001'; expected a weight"),
                new Row("uplink priority nodeA", 2, "uplink priority: WEIGHT is missing; usage: wgctl uplink"),
                new Row("uplink add nodeA", 2, "uplink add: nodeA would be able to see the outbound traffic"),
                new Row("uplink tset nodeA", 2, "unknown command 'uplink tset'; did you mean 'test'?"),
                new Row("status --watch=x", 2, "--watch: 'x'; expected 1 to 3600 seconds"),
                new Row("status --root /nowhere", 3, "uplinkd is not running (no socket at /nowhere/var/run/"))) {
            Command.Result result = b.wgctl(row.line().split(" ", -1));
            assertThat(result.exit()).as("%s: %s", row, result).isEqualTo(row.exit());
            assertThat(result.err()).startsWith("wgctl: " + row.said());
            assertThat(result.err().lines()).as(result.err()).hasSize(1);
            assertThat(result.out()).isEmpty();
        }
        assertThat(Facts.uplink(b, a).weight()).isEqualTo(10);
    }

    @Test
    @Order(2)
    void whoeverIsNeitherRootNorInTheGroupIsToldSo() throws Exception {
        Command.Result result = b.run(
                "setpriv",
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                wgctl(),
                "--root",
                root(),
                "status");
        assertThat(result.exit()).as("%s", result).isEqualTo(3);
        assertThat(result.err())
                .isEqualTo(
                        "wgctl: no permission for " + root()
                                + "/var/run/wireguard-uplink/control.sock: run wgctl as root or as a member of the group 'wguplink'\n");
    }

    @Test
    @Order(3)
    void outputIsForPipesToo() throws Exception {
        Command.Result head = shell("wgctl uplink list | head -1; echo ${PIPESTATUS[0]}");
        assertThat(head.out()).startsWith("PEER ").endsWith("\n0\n").doesNotContain("\033");
        assertThat(head.err()).isEmpty();
        Command.Result full = shell("wgctl status >/dev/full; echo $?");
        assertThat(full.out()).isEqualTo("1\n");
        assertThat(full.err()).isEqualTo("wgctl: the output cannot be written (a full disk?)\n");
        assertThat(shell("wgctl completion uplinks").out()).isEqualTo("nodeA\n");
        assertThat(shell("source <(wgctl completion bash); COMP_WORDS=(wgctl uplink test ''); COMP_CWORD=3;"
                                + " _wgctl; echo ${COMPREPLY[*]}")
                        .out())
                .isEqualTo("nodeA\n");
    }

    @Test
    @Order(4)
    void aTestThatWorksNamesEveryStage() throws Exception {
        TestResult result = test(0);
        assertThat(result.verdict()).isEqualTo(TestResult.WORKS);
        assertThat(result.stages()).extracting(TestStage::name).containsExactly("tunnel", "provider", "internet");
        assertThat(result.stages()).extracting(TestStage::state).containsOnly(TestStage.OK);
        assertThat(result.stages().get(0).message())
                .startsWith("nodeA answers at ")
                .contains("; last handshake ");
        assertThat(result.stages().get(2).message())
                .contains("IPv6 answers")
                .containsPattern("DNS at 10[.0-9]+ answers");
        List<String> lines =
                b.wgctl("uplink", "test", "nodeA").orThrow().lines().toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(4);
        assertThat(lines.getFirst()).startsWith("  tunnel    ok       nodeA answers at ");
        assertThat(lines.getLast()).startsWith("nodeA: works, 5 of 5 probes answered");
    }

    @Test
    @Order(5)
    void aTestTellsTunnelProviderAndInternetApart() throws Exception {
        // frozen, it says nothing more over the mesh, and its kernel goes on: what is found is found by asking
        String daemon = Long.toString(a.status().pid());
        a.run("kill", "-STOP", daemon).orThrow();
        try {
            try (Cut _ = a.cut(Fault.UPSTREAM)) {
                TestResult behind = test(6);
                assertThat(behind.verdict()).isEqualTo("internet");
                assertThat(behind.received()).isZero();
                assertThat(behind.stages().get(1).message())
                        .as("the gateway still answers")
                        .isEqualTo("nodeA forwards: 100.64.1.1, behind it, answers");
                assertThat(behind.stages()).extracting(TestStage::state).containsExactly("ok", "ok", "failed");
            }
            try (Cut _ = a.cut(Fault.VANISH)) {
                TestResult gone = test(4);
                assertThat(gone.verdict()).isEqualTo("tunnel");
                assertThat(gone.message()).startsWith("nodeA does not answer through it; last handshake ");
                assertThat(gone.stages()).extracting(TestStage::state).containsExactly("failed", "unknown", "failed");
            }
            a.run("nft", "insert rule inet wguplink served_prerouting iifname wgup-serve goto refuse")
                    .orThrow();
            TestResult closed = test(5);
            assertThat(closed.verdict()).isEqualTo("provider");
            assertThat(closed.message()).startsWith("nodeA refuses to forward");
            assertThat(closed.stages().getFirst().state()).isEqualTo("ok");
        } finally {
            a.run("kill", "-CONT", daemon).orThrow();
        }
    }

    @Test
    @Order(6)
    void aProviderThatLendsNoMoreIsToldByItsOwnWord() throws Exception {
        a.wgctl("uplink", "withdraw").orThrow();
        // its closed filter is felt before its word is heard
        Await.until("B hears that A lends no more", Facts.LATER, b, () -> {
            String reason = Facts.uplink(b, a).reason();
            return Await.Seen.when("not offered".equals(reason), String.valueOf(reason));
        });
        TestResult result = test(5);
        assertThat(result.verdict()).isEqualTo("provider");
        assertThat(result.message()).contains("lends no more");
        a.wgctl("uplink", "offer").orThrow();
        Facts.awaitUplink(b, a, "ready");
    }

    @Test
    @Order(7)
    void aWatchTellsChangesAndOutlivesTheDaemon() throws Exception {
        Path out = b.root().resolve("watched");
        Command.Result started = shell("wgctl status --watch --json >" + out + " 2>&1 & echo $!");
        String watch = started.orThrow().strip();
        try {
            Status first = Wire.decode(Status.class, awaitLine(out, "\"state\":\"direct\""));
            b.wgctl("uplink", "priority", "nodeA", "77").orThrow();
            awaitLine(out, "\"weight\":77");
            b.stopDaemon();
            awaitLine(out, "{\"error\":{\"code\":3,");
            b.startDaemon();
            MeshSetup.awaitAnswer(b);
            awaitLine(out, "\"pid\":" + b.status().pid() + ",");
            assertThat(b.status().pid()).isNotEqualTo(first.pid());
            List<String> lines = Files.readAllLines(out);
            assertThat(lines)
                    .as("one line of error")
                    .filteredOn(l -> l.startsWith("{\"error\""))
                    .hasSize(1);
            assertThat(lines).doesNotHaveDuplicates();
        } finally {
            b.run("kill", watch).orThrow();
        }
        Await.until("the watch has ended", Facts.SOON, b, () -> {
            Command.Result alive = b.run("kill", "-0", watch);
            return Await.Seen.when(alive.exit() != 0, alive);
        });
    }

    @Test
    @Order(8)
    void aDaemonThatHangsIsAnErrorAfterAWhile() throws Exception {
        String daemon = Long.toString(b.status().pid());
        b.run("kill", "-STOP", daemon).orThrow();
        try {
            Command.Result hung = b.wgctl("status");
            assertThat(hung.exit()).as("%s", hung).isEqualTo(3);
            assertThat(hung.err()).startsWith("wgctl: uplinkd did not answer within 5 s (");
            assertThat(b.wgctl("completion", "uplinks"))
                    .returns(0, Command.Result::exit)
                    .returns("", Command.Result::out)
                    .returns("", Command.Result::err);
        } finally {
            b.run("kill", "-CONT", daemon).orThrow();
        }
    }

    private TestResult test(int exit) throws Exception {
        Command.Result result = b.wgctl("--json", "uplink", "test", "nodeA");
        assertThat(result.exit()).as("%s", result).isEqualTo(exit);
        assertThat(result.out().lines()).hasSize(1);
        return Wire.decode(TestResult.class, result.out());
    }

    private String awaitLine(Path file, String part) throws Exception {
        return Await.until("a line with %s".formatted(part), Facts.LATER, b, () -> {
            List<String> lines = Files.readAllLines(file);
            Optional<String> found =
                    lines.stream().filter(line -> line.contains(part)).findFirst();
            return Await.Seen.of(found, lines);
        });
    }

    /** In bash, with {@code wgctl} for this node's. */
    private Command.Result shell(String script) throws Exception {
        return b.run("bash", "-c", "wgctl() { WGUPLINK_ROOT=" + root() + " " + wgctl() + " \"$@\"; }; " + script);
    }

    private static String wgctl() throws Exception {
        return Image.find().wgctl().toString();
    }

    private String root() {
        return b.root().toString();
    }
}
