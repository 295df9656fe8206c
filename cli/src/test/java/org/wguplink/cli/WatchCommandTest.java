package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.control.Notification;
import org.wguplink.control.Response;
import org.wguplink.control.Status;
import org.wguplink.control.Wire;

/** The fake daemon says its lines and hangs up, which is a restart; output that is closed ends the watch. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WatchCommandTest {
    private static final Status DIRECT =
            RenderTest.statuses().findFirst().orElseThrow().status();
    private static final Status OFFLINE = RenderTest.statuses()
            .filter(row -> row.name().equals("offline"))
            .findFirst()
            .orElseThrow()
            .status();
    private static final Status SLOWER = new Status(
            DIRECT.version(),
            DIRECT.peerId(),
            DIRECT.pid(),
            DIRECT.state(),
            DIRECT.via(),
            DIRECT.reason(),
            DIRECT.since(),
            true,
            new Status.Wan("wan", "up", true, 99.0, null, null),
            List.of(new Status.Wan("wan", "up", true, 99.0, null, null)),
            "wan",
            null,
            DIRECT.offering(),
            DIRECT.mesh(),
            DIRECT.uplinks(),
            DIRECT.configTrouble(),
            DIRECT.warnings(),
            List.of(),
            List.of(),
            DIRECT.ipv6());

    @TempDir
    Path root;

    @Test
    void jsonHasALineForEveryChangeThatMattersAndOneForALostDaemon() throws Exception {
        try (var daemon = FakeDaemon.answering(root, first(DIRECT) + told(SLOWER) + told(OFFLINE))) {
            List<String> lines =
                    watch(4, false, "--json", "status", "--watch").lines().toList();
            assertThat(lines.subList(0, 2)).containsExactly(Wire.encode(DIRECT), Wire.encode(OFFLINE));
            assertThat(lines.get(2)).startsWith("{\"error\":{\"code\":3,\"message\":\"no usable answer from uplinkd");
            assertThat(lines.get(3)).isEqualTo(Wire.encode(DIRECT));
            assertThat(daemon.requests().getFirst())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"watch\",\"params\":{\"interval_s\":2}}\n");
        }
    }

    @Test
    void aPipeGetsABlockForEveryChangeThatMatters() throws Exception {
        try (var _ = FakeDaemon.answering(root, first(DIRECT) + told(SLOWER) + told(OFFLINE))) {
            String said = watch(60, false, "uplink", "status", "--watch", "7");
            assertThat(said).doesNotContain("\033");
            assertThat(said.split("\n\n(?=\\d{4}-)", -1)[0])
                    .matches("(?s)\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\nnodeC is on its own WAN .*");
            assertThat(said.split("\n\n(?=\\d{4}-)", -1)[1]).contains("\nnodeC is offline");
            assertThat(said.split("\n\n(?=\\d{4}-)", -1)[2])
                    .contains("\nThe daemon is away, and waited for: no usable answer from uplinkd");
        }
    }

    @Test
    void aTerminalIsDrawnAnewAndGivenBack() throws Exception {
        try (var _ = FakeDaemon.answering(root, first(DIRECT) + told(SLOWER))) {
            String said = watch(6, true, "status", "--watch");
            assertThat(said)
                    .startsWith(
                            "\033[?1049h\033[?25l\033[?7l\033[1;1H\033[K\033[1mnodeC is on its own WAN (wan, 12 ms).");
            assertThat(said).contains("own WAN   wan is up, 99 ms");
            assertThat(said.replaceAll("\033\\[\\d+;1H\033\\[K", " "))
                    .contains("closed the connection; waiting for it.");
            assertThat(said).doesNotContain("\n");
            assertThat(said).endsWith("\033[?7h\033[?25h\033[?1049l");
        }
    }

    @Test
    void aTerminalThatCannotMoveItsCursorGetsBlocks() throws Exception {
        try (var _ = FakeDaemon.answering(root, first(DIRECT))) {
            var out = new Closing(2, '\n');
            var terminal = new Terminal(
                    Map.of("TERM", "dumb"), InputStream.nullInputStream(), stream(out), stream(out), false, true);
            assertThat(Wgctl.run(new String[] {"status", "--watch", "--root", root.toString()}, terminal))
                    .isZero();
            assertThat(out.text()).doesNotContain("\033").contains("nodeC is on its own WAN");
        }
    }

    @Test
    void aDaemonThatWasNeverThereIsAnErrorAtOnce() {
        Run run = Run.on(root, "status", "--watch");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).startsWith("wgctl: uplinkd is not running");
    }

    /** @param most newlines, or pictures on a terminal, before the output is closed */
    private String watch(int most, boolean screen, String... args) {
        var out = new Closing(most, screen ? 'J' : '\n');
        String[] all = java.util.Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--root";
        all[args.length + 1] = root.toString();
        var terminal = new Terminal(
                Map.of("TERM", "xterm"), InputStream.nullInputStream(), stream(out), stream(out), false, screen);
        assertThat(Wgctl.run(all, terminal)).isZero();
        return out.text();
    }

    private static PrintStream stream(OutputStream out) {
        return new PrintStream(out, false, StandardCharsets.UTF_8);
    }

    private static String first(Status status) {
        return Response.result("1", Wire.encode(status)).line() + "\n";
    }

    private static String told(Status status) {
        return Wire.encode(Notification.of(Notification.STATUS, status)) + "\n";
    }

    /** A reader that has had enough after so many marks, and tells it once: what comes after is kept all the same. */
    private static final class Closing extends OutputStream {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private final char mark;
        private int left;

        Closing(int most, char mark) {
            left = most;
            this.mark = mark;
        }

        String text() {
            return text.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void write(int b) throws IOException {
            text.write(b);
            if (b == mark) left--;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int i = from; i < from + length; i++) write(bytes[i]);
            if (left <= 0) throw new IOException("enough");
        }
    }
}
