package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {
    static Stream<String> helped() {
        return Stream.concat(
                Stream.of("", "uplink", "mesh"), Commands.ALL.stream().map(Command::words));
    }

    @ParameterizedTest
    @MethodSource("helped")
    void helpIsAsReviewed(String words) throws Exception {
        var args = new ArrayList<String>(words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
        args.add("--help");
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exit()).isZero();
        Golden.check("help" + (words.isEmpty() ? "" : "-" + words.replace(' ', '-')), run.out());
    }

    @Test
    void everyExampleIsACommandThatTheTableKnows() throws Exception {
        for (Command command : Commands.ALL)
            for (String example : command.examples()) {
                String line = example.substring(example.indexOf("wgctl") + "wgctl ".length());
                String alone = line.split("[|>)]", 2)[0].strip();
                assertThat(Invocation.scan(alone.split(" ", -1)).resolve())
                        .as(example)
                        .isNotNull();
            }
    }

    @Test
    void helpForAMisspeltCommandSuggests() {
        Run run = Run.of("help", "uplnk");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("wgctl: unknown command 'uplnk'; did you mean 'uplink'?\n");
    }

    @Test
    void completionIsAsReviewed() throws Exception {
        Golden.check("completion-bash", Run.of("completion", "bash").out());
    }

    /** @param line '_' is the empty word that a blank at the end begins */
    @ParameterizedTest
    @CsvSource({
        "wgctl upl,uplink",
        "wgctl uplink re,remove",
        "wgctl --root /tmp uplink failover _,enable disable",
        "wgctl mesh i,init id import",
        "wgctl mesh init --p,--peer-id",
        "wgctl --j,--json"
    })
    void bashCompletes(String line, String expected, @TempDir Path directory) throws Exception {
        Path script = directory.resolve("wgctl");
        Files.writeString(script, Completion.bash());
        String[] words = line.replace("_", "").split(" ", -1);
        String call = "source " + script + "; COMP_WORDS=('" + String.join("' '", words) + "'); COMP_CWORD="
                + (words.length - 1) + "; _wgctl; echo \"${COMPREPLY[*]}\"";
        Process bash = new ProcessBuilder("bash", "-uec", call)
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.strip()).isEqualTo(expected);
    }
}
