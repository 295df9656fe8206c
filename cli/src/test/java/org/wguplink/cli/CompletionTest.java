package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts in the shells that they are for; {@code wgctl} itself is a stand-in that says what it was asked. */
class CompletionTest {
    private static final String LIST = "{\"uplinks\":["
            + "{\"peer_id\":\"nodeA\",\"added\":true,\"state\":\"ready\",\"weight\":1,\"wan_type\":\"\"},"
            + "{\"peer_id\":\"$(reboot)\",\"added\":true,\"state\":\"ready\",\"weight\":1,\"wan_type\":\"\"},"
            + "{\"peer_id\":\"nodeB\",\"added\":false,\"state\":\"available\",\"weight\":1,\"wan_type\":\"\"}]}";

    @TempDir
    Path directory;

    /** @param line '_' is the empty word that a blank at the end begins */
    @ParameterizedTest
    @CsvSource({
        "wgctl upl,uplink",
        "wgctl uplink re,remove",
        "wgctl --root /tmp uplink failover _,enable disable",
        "wgctl mesh i,init id import",
        "wgctl mesh init --p,--peer-id",
        "wgctl status --w,--watch",
        "wgctl --j,--json",
        "wgctl completion _,bash zsh",
        "wgctl uplink add _,asked completion peers",
        "wgctl --root /x uplink test _,asked --root /x completion uplinks",
        "wgctl uplink test --json _,asked completion uplinks"
    })
    void bothShellsComplete(String line, String expected) throws Exception {
        String[] words = line.replace("_", "").split(" ", -1);
        words[0] = standIn().toString();
        Path bash = Files.writeString(directory.resolve("bash"), BashCompletion.script());
        assertThat(run(
                        "bash",
                        "-uec",
                        "source " + bash + "; COMP_WORDS=('" + String.join("' '", words) + "'); COMP_CWORD="
                                + (words.length - 1) + "; _wgctl; echo \"${COMPREPLY[*]}\""))
                .isEqualTo(expected);
        assumeTrue(Files.exists(Path.of("/usr/bin/zsh")), "no zsh");
        Path zsh = Files.writeString(directory.resolve("zsh"), ZshCompletion.script());
        String stubs = "compdef() { }; compadd() { shift; for w; do [[ $w == $cur* ]] && out+=($w); done }; out=(); ";
        assertThat(run(
                        "zsh",
                        "-fc",
                        stubs + "source " + zsh + "; words=('" + String.join("' '", words) + "'); CURRENT="
                                + words.length + "; _wgctl; echo $out"))
                .isEqualTo(expected);
    }

    @Test
    void peersAreAskedOfTheDaemonAndOnlyPlainNamesReachAShell() throws Exception {
        try (var _ = FakeDaemon.result(directory, LIST)) {
            assertThat(Run.on(directory, "completion", "uplinks")).isEqualTo(new Run(0, "nodeA\n", ""));
            assertThat(Run.on(directory, "completion", "peers")).isEqualTo(new Run(0, "nodeB\n", ""));
        }
    }

    @Test
    void withoutADaemonThatAnswersThereIsSilence() throws Exception {
        assertThat(Run.on(directory, "completion", "peers")).isEqualTo(new Run(0, "", ""));
        try (var _ = FakeDaemon.answering(directory, FakeDaemon.SILENCE)) {
            assertThat(Run.on(directory, "completion", "uplinks")).isEqualTo(new Run(0, "", ""));
        }
    }

    private Path standIn() throws IOException {
        Path program = Files.writeString(directory.resolve("wgctl"), "#!/bin/sh\necho asked \"$@\"\n");
        program.toFile().setExecutable(true);
        return program;
    }

    private static String run(String... command) throws IOException {
        Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
