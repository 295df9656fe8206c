package org.wguplink.openwrt.uci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we read is what libuci reads: see the README beside the recorded answers. */
class LibuciOracleTest {
    private static final Path ORACLES = Path.of("src/test/resources/uci");
    private static final Pattern PARSE_ERROR = Pattern.compile("Parse error \\(.*\\) at line (\\d+), byte \\d+");

    static Stream<String> names() throws IOException {
        try (var files = Files.list(ORACLES)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".in"))
                    .map(name -> name.substring(0, name.length() - 3))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void readsAsLibuciDoes(String name) throws Exception {
        String input = Files.readString(ORACLES.resolve(name + ".in"));
        String expected = Files.readString(ORACLES.resolve(name + ".out"));
        Matcher refused = PARSE_ERROR.matcher(expected);
        if (refused.find()) {
            UciException error =
                    catchThrowableOfType(UciException.class, () -> UciFile.parse("/etc/config/cfg", input));
            assertThat(error).isNotNull();
            assertThat(error.line()).isEqualTo(Integer.parseInt(refused.group(1)));
            assertThat(error).hasMessageMatching("(?s)/etc/config/cfg, line \\d+: found .+; expected .+");
        } else {
            UciFile file = UciFile.parse("/etc/config/cfg", input);
            assertThat(file.text()).isEqualTo(input);
            assertThat("## uci show\n" + show(file) + "## uci export\n" + export(file))
                    .isEqualTo(expected);
        }
    }

    private static String show(UciFile file) {
        var result = new StringBuilder();
        var counts = new HashMap<String, Integer>();
        for (UciSection section : file.sections()) {
            int index = counts.merge(section.type(), 1, Integer::sum) - 1;
            String path = "cfg." + section.name().orElse("@" + section.type() + "[" + index + "]");
            result.append(path).append('=').append(section.type()).append('\n');
            for (UciOption option : section.options()) {
                result.append(path).append('.').append(option.name()).append('=');
                result.append(String.join(
                        " ", option.value().all().stream().map(Splice::quoted).toList()));
                result.append('\n');
            }
        }
        return result.toString();
    }

    private static String export(UciFile file) {
        var result = new StringBuilder("package cfg\n");
        for (UciSection section : file.sections()) {
            result.append("\nconfig ").append(section.type());
            section.name().ifPresent(name -> result.append(' ').append(Splice.quoted(name)));
            result.append('\n');
            for (UciOption option : section.options())
                for (String value : option.value().all())
                    result.append(option.value() instanceof UciValue.Single ? "\toption " : "\tlist ")
                            .append(option.name())
                            .append(' ')
                            .append(Splice.quoted(value))
                            .append('\n');
        }
        return result.append('\n').toString();
    }
}
