package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        Golden.check("completion-zsh", Run.of("completion", "zsh").out());
    }
}
