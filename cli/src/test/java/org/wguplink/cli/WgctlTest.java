package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WgctlTest {
    @TempDir
    Path root;

    @Test
    void saysItsVersion() {
        assertThat(Run.of("--version")).isEqualTo(new Run(0, "wgctl 0.1.0\n", ""));
        assertThat(Run.of("status", "-V").out()).isEqualTo("wgctl 0.1.0\n");
    }

    @Test
    void wrongUsageEndsWithTwo() {
        assertThat(Run.of().exit()).isEqualTo(2);
        assertThat(Run.of("uplink", "priority", "nodeA", "0").err())
                .isEqualTo("wgctl: uplink priority: '0'; expected a weight from 1 to 1000\n");
        assertThat(Run.of("uplink", "failover", "maybe").exit()).isEqualTo(2);
        assertThat(Run.of("completion", "fish").exit()).isEqualTo(2);
        for (String seconds : new String[] {"0", "3601", "99999", "x", "1.5"})
            assertThat(Run.of("status", "--watch=" + seconds))
                    .isEqualTo(new Run(2, "", "wgctl: --watch: '" + seconds + "'; expected 1 to 3600 seconds\n"));
        assertThat(Run.of("--json", "statsu").out())
                .isEqualTo(
                        "{\"error\":{\"code\":2,\"message\":\"unknown command 'statsu'; did you mean 'status'?\"}}\n");
    }

    @Test
    void theRootMayComeFromTheEnvironment() {
        var err = new ByteArrayOutputStream();
        int exit = Wgctl.run(
                new String[] {"status"},
                Map.of("WGUPLINK_ROOT", root.toString()),
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(exit).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(root + "/var/run/wireguard-uplink/control.sock");
    }

    @Test
    void addingAnUplinkNeedsAYes() throws Exception {
        String[] add = {"uplink", "add", "nodeA", "--root", root.toString()};
        Run nobody = Run.of(add);
        assertThat(nobody.exit()).isEqualTo(2);
        assertThat(nobody.err()).contains("--yes").contains("see the outbound traffic");
        try (var daemon = FakeDaemon.result(root, "{\"success\":true,\"message\":\"added\"}")) {
            Run no = Run.with("\n", true, add);
            assertThat(no.exit()).isEqualTo(1);
            assertThat(no.err())
                    .contains("able to see")
                    .contains("Add nodeA as an uplink? [y/N]")
                    .contains("nothing was changed");
            assertThat(Run.with("", true, add).exit()).isEqualTo(1);
            assertThat(daemon.requests()).isEmpty();
            Run yes = Run.with("y\n", true, add);
            assertThat(yes.exit()).isZero();
            assertThat(yes.out()).isEqualTo("added\n");
        }
    }

    @Test
    void jsonTextIsEscaped() {
        assertThat(JsonText.quote("a\"b\\c\n\u0001\u001b\ud83d\ude00ä"))
                .isEqualTo("\"a\\\"b\\\\c\\n\\u0001\\u001b\\ud83d\\ude00ä\"");
    }
}
