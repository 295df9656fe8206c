package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Wire;

/** The real protocol on a real socket, and every way in which it can go wrong. */
class ControlClientTest {
    private static final String DONE = "{\"success\":true,\"message\":\"nodeA is an uplink\"}";

    @TempDir
    Path root;

    @Test
    void aDoneIsSaid() throws Exception {
        try (var daemon = FakeDaemon.result(root, DONE)) {
            assertThat(Run.on(root, "uplink", "add", "nodeA", "--yes"))
                    .isEqualTo(new Run(0, "nodeA is an uplink\n", ""));
            assertThat(daemon.requests())
                    .containsExactly("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"uplink_add\","
                            + "\"params\":{\"peer_id\":\"nodeA\"}}\n");
        }
    }

    @Test
    void everyCommandAsksItsMethod() throws Exception {
        try (var daemon = FakeDaemon.result(root, DONE)) {
            Run.on(root, "uplink", "remove", "nodeA");
            Run.on(root, "uplink", "failover", "enable");
            Run.on(root, "uplink", "failover", "disable");
            Run.on(root, "uplink", "priority", "nodeA", "20");
            Run.on(root, "uplink", "offer");
            Run.on(root, "uplink", "withdraw");
            assertThat(daemon.requests().stream()
                            .map(line -> line.substring(line.indexOf("\"method\"") + 9)
                                    .strip()))
                    .containsExactly(
                            "\"uplink_remove\",\"params\":{\"peer_id\":\"nodeA\"}}",
                            "\"uplink_failover\",\"params\":{\"enabled\":true}}",
                            "\"uplink_failover\",\"params\":{\"enabled\":false}}",
                            "\"uplink_set_priority\",\"params\":{\"peer_id\":\"nodeA\",\"weight\":20}}",
                            "\"uplink_offer\",\"params\":{}}",
                            "\"uplink_withdraw\",\"params\":{}}");
        }
    }

    @Test
    void jsonIsPassedOnAsItCame() throws Exception {
        try (var _ = FakeDaemon.result(root, "{\"uplinks\":[],\"newer\":1}")) {
            assertThat(Run.on(root, "uplink", "list", "--json"))
                    .isEqualTo(new Run(0, "{\"uplinks\":[],\"newer\":1}\n", ""));
            assertThat(Run.on(root, "uplink", "list").out()).startsWith("No peer lends its internet at present.\n");
        }
    }

    @Test
    void aBusyDaemonIsNoUsableAnswer() throws Exception {
        String busy = "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"32 are open\"}}\n";
        try (var _ = FakeDaemon.answering(root, busy)) {
            assertThat(Run.on(root, "uplink", "offer"))
                    .isEqualTo(new Run(3, "", "wgctl: uplinkd is busy: 32 are open\n"));
        }
    }

    @Test
    void theNodesNoIsPassedOn() throws Exception {
        String no = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"nodeX is unknown\"}}\n";
        try (var _ = FakeDaemon.answering(root, no)) {
            assertThat(Run.on(root, "uplink", "remove", "nodeX"))
                    .isEqualTo(new Run(1, "", "wgctl: nodeX is unknown\n"));
            assertThat(Run.on(root, "--json", "uplink", "remove", "nodeX"))
                    .isEqualTo(new Run(
                            1,
                            "{\"error\":{\"code\":-32000,\"message\":\"nodeX is unknown\"}}\n",
                            "wgctl: nodeX is unknown\n"));
        }
        try (var _ = FakeDaemon.result(root, "{\"success\":false,\"message\":\"not now\"}")) {
            assertThat(Run.on(root, "uplink", "offer")).isEqualTo(new Run(1, "", "wgctl: not now\n"));
        }
    }

    @Test
    void brokenAnswersAreNamed() throws Exception {
        unusable("", "nothing: it closed the connection");
        unusable("{\"jsonrpc\"", "half an answer");
        unusable("HTTP/1.1 400 Bad Request\n", "not a Response");
        unusable("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n", "the answer to another request, 7");
        unusable("{\"jsonrpc\":\"2.0\",\"id\":1}\n", "neither a result nor an error");
        unusable("x".repeat(Wire.MAX_LINE + 10), "a line of more than 1048576 bytes");
        try (var _ = FakeDaemon.result(root, "[1]")) {
            assertThat(Run.on(root, "status").err()).startsWith("wgctl: uplinkd gave an answer that is not a Status");
        }
    }

    @Test
    void silenceEnds() throws Exception {
        try (var _ = FakeDaemon.answering(root, FakeDaemon.SILENCE)) {
            CliException error = catchThrowableOfType(
                    CliException.class, () -> ControlClient.call(root, Method.STATUS, Params.NONE, 200));
            assertThat(error.exit()).isEqualTo(3);
            assertThat(error.text()).startsWith("uplinkd did not answer within");
        }
    }

    @Test
    void noDaemonIsSaidPlainly() throws Exception {
        Path socket = ControlClient.socket(root);
        assertThat(Run.on(root, "status"))
                .isEqualTo(new Run(
                        3,
                        "",
                        "wgctl: uplinkd is not running (no socket at " + socket + "): start it with 'uplinkd --root "
                                + root + "'\n"));
        assertThat(Run.on(root, "--json", "status").out())
                .startsWith("{\"error\":{\"code\":3,\"message\":\"uplinkd is not running");
    }

    @Test
    void aSocketThatNobodyListensAtIsSaidPlainly() throws Exception {
        Files.createDirectories(root.resolve("var/run/wireguard-uplink"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(ControlClient.socket(root)));
        }
        Run run = Run.on(root, "status");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).startsWith("wgctl: uplinkd is not running (nobody listens at ");
    }

    @Test
    void aRootTooDeepForASocketIsSaidPlainly() {
        Run run = Run.on(root.resolve("deep/".repeat(20)), "status");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).endsWith(" is too long for a unix socket (at most 107 bytes): use a shorter --root\n");
    }

    @Test
    void statusComesFromTheWire() throws Exception {
        String json =
                Wire.encode(RenderTest.statuses().findFirst().orElseThrow().status());
        try (var _ = FakeDaemon.result(root, json)) {
            assertThat(Run.on(root, "status").out()).startsWith("nodeC is on its own WAN (wan, 12 ms).\n");
            assertThat(Run.on(root, "uplink", "status").exit()).isZero();
            assertThat(Run.on(root, "uplink", "list").exit()).isZero();
        }
    }

    private void unusable(String answer, String what) throws Exception {
        try (var _ = FakeDaemon.answering(root, answer)) {
            Run run = Run.on(root, "uplink", "offer");
            assertThat(run.exit()).as(run.err()).isEqualTo(3);
            assertThat(run.err())
                    .startsWith("wgctl: no usable answer from uplinkd at ")
                    .contains(": " + what);
        }
    }
}
