package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.control.Notification;
import org.wguplink.control.Response;
import org.wguplink.control.TestProbe;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;
import org.wguplink.control.Wire;

class TestCommandTest {
    private static final TestStage TUNNEL =
            new TestStage("tunnel", "ok", "nodeA answers at 10.9.0.1; last handshake 35 s ago", List.of());
    private static final TestStage PROVIDER =
            new TestStage("provider", "ok", "nodeA forwards: 192.0.2.1, behind it, answers", List.of());
    private static final TestStage INTERNET = new TestStage(
            "internet", "ok", "3 of 3 echoes answered", List.of(new TestProbe("icmp", "8.8.8.8", true, 8.2, null)));
    private static final List<TestStage> STAGES = List.of(TUNNEL, PROVIDER, INTERNET);

    @TempDir
    Path root;

    @Test
    void everyStageHasItsLineAndThenComesTheVerdict() throws Exception {
        String said = """
                  tunnel    ok       nodeA answers at 10.9.0.1; last handshake 35 s ago
                  provider  ok       nodeA forwards: 192.0.2.1, behind it, answers
                  internet  ok       3 of 3 echoes answered
                nodeA: works, 3 of 3 probes answered, 8.2 ms, through wgu1
                """;
        String result = answer(result(true, "works", 8.21));
        try (var daemon = FakeDaemon.answering(root, told(TUNNEL) + told(PROVIDER) + told(INTERNET) + result)) {
            assertThat(Run.on(root, "uplink", "test", "nodeA")).isEqualTo(new Run(0, said, ""));
            assertThat(daemon.requests().getFirst()).contains("\"peer_id\":\"nodeA\",\"progress\":true");
        }
        // what was not told while it ran is said at the end
        try (var _ = FakeDaemon.answering(root, told(TUNNEL) + result)) {
            assertThat(Run.on(root, "uplink", "test", "nodeA")).isEqualTo(new Run(0, said, ""));
        }
    }

    @Test
    void jsonIsTheResultAlone() throws Exception {
        TestResult works = result(true, "works", 8.21);
        try (var daemon = FakeDaemon.answering(root, answer(works))) {
            assertThat(Run.on(root, "--json", "uplink", "test", "nodeA"))
                    .isEqualTo(new Run(0, Wire.encode(works) + "\n", ""));
            assertThat(daemon.requests().getFirst()).doesNotContain("progress");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tunnel,4,the tunnel is at fault",
        "provider,5,the provider is at fault",
        "internet,6,the internet behind the provider is at fault",
        "moon,1,moon"
    })
    void theExitStatusSaysWhatIsAtFault(String verdict, int exit, String said) throws Exception {
        try (var _ = FakeDaemon.answering(root, answer(result(false, verdict, null)))) {
            Run run = Run.on(root, "uplink", "test", "nodeA");
            assertThat(run.exit()).isEqualTo(exit);
            assertThat(run.out()).endsWith("nodeA: failed, " + said + ": it is so\n");
        }
    }

    private static TestResult result(boolean success, String verdict, @Nullable Double latency) {
        return new TestResult(success, "nodeA", "wgu1", 3, success ? 3 : 0, latency, verdict, "it is so", STAGES);
    }

    private static String told(TestStage stage) {
        return Wire.encode(Notification.of(Notification.STAGE, stage)) + "\n";
    }

    private static String answer(TestResult result) {
        return Response.result("1", Wire.encode(result)).line() + "\n";
    }
}
