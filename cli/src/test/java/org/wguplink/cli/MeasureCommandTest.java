package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.control.MeasureProgress;
import org.wguplink.control.MeasureResult;
import org.wguplink.control.Notification;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;

class MeasureCommandTest {
    private static final MeasureResult RESULT =
            new MeasureResult("nodeA", "uplink", "wgup-nodeA", "203.0.113.9", 48.4, 17_600_000, 3.0);
    private static final String ANSWER = told(1, 47.9) + told(2, 48.3)
            + Response.result("1", Wire.encode(RESULT)).line() + "\n";
    private static final String SAID =
            "nodeA: 48.4 Mbit/s down, 17.6 MB in 3.0 s from 203.0.113.9, through wgup-nodeA\n";

    @TempDir
    Path root;

    @Test
    void itSaysWhatThePathBrings() throws Exception {
        try (var daemon = FakeDaemon.answering(root, ANSWER)) {
            assertThat(Run.on(root, "uplink", "measure", "nodeA", "--seconds", "5", "--yes"))
                    .isEqualTo(new Run(0, SAID, ""));
            assertThat(daemon.requests().getFirst())
                    .contains("\"params\":{\"peer_id\":\"nodeA\",\"progress\":true,\"seconds\":5,\"force\":true}");
        }
        try (var daemon = FakeDaemon.answering(root, ANSWER)) {
            assertThat(Run.on(root, "--json", "uplink", "measure"))
                    .isEqualTo(new Run(0, Wire.encode(RESULT) + "\n", ""));
            assertThat(daemon.requests().getFirst()).contains("\"params\":{\"progress\":true,\"force\":false}");
        }
    }

    @Test
    void aTerminalSeesHowItGoes() throws Exception {
        try (var _ = FakeDaemon.answering(root, ANSWER)) {
            var out = new ByteArrayOutputStream();
            var print = new PrintStream(out, true, StandardCharsets.UTF_8);
            var terminal = new Terminal(Map.of(), new ByteArrayInputStream(new byte[0]), print, print, true, true);
            Wgctl.run(new String[] {"uplink", "measure", "nodeA", "--root", root.toString()}, terminal);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .isEqualTo("  1 s  47.9 Mbit/s\n  2 s  48.3 Mbit/s\n" + SAID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "-1", "2.5", "soon"})
    void aTimeOutOfRangeIsWrongUsage(String seconds) {
        Run run = Run.on(root, "uplink", "measure", "--seconds=" + seconds);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("wgctl: uplink measure: --seconds '" + seconds + "'; expected 1 to 10\n");
    }

    private static String told(int seconds, double mbps) {
        var progress = new MeasureProgress("nodeA", mbps, seconds * 6_000_000L, seconds);
        return Wire.encode(Notification.of(Notification.MEASURED, progress)) + "\n";
    }
}
