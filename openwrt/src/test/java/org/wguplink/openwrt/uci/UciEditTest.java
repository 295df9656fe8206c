package org.wguplink.openwrt.uci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An edit touches its own bytes and no other. */
class UciEditTest {
    record Case(String name, String before, UnaryOperator<UciFile> edit, String after) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String PLAIN = "# head\n\nconfig t 's' # it\n\toption  a   1\t# one\n\n# tail\n";

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "a value changes in place",
                        PLAIN,
                        f -> f.withOption("s", "a", "2"),
                        PLAIN.replace("1\t", "'2'\t")),
                new Case("the same value changes nothing", PLAIN, f -> f.withOption("s", "a", "1"), PLAIN),
                new Case(
                        "a quote is escaped",
                        PLAIN,
                        f -> f.withOption("s", "a", "it's"),
                        PLAIN.replace("1\t", "'it'\\''s'\t")),
                new Case(
                        "a new option follows the last one",
                        PLAIN,
                        f -> f.withOption("s", "b", "x"),
                        PLAIN.replace("# one\n", "# one\n\toption b 'x'\n")),
                new Case(
                        "a new option keeps the indent",
                        "config t 's'\n    option a 1\n",
                        f -> f.withOption("s", "b", "x"),
                        "config t 's'\n    option a 1\n    option b 'x'\n"),
                new Case(
                        "a new option keeps CRLF",
                        "config t 's'\r\n",
                        f -> f.withOption("s", "b", "x"),
                        "config t 's'\r\n\toption b 'x'\r\n"),
                new Case(
                        "a missing final newline is given",
                        "config t 's'",
                        f -> f.withOption("s", "b", "x"),
                        "config t 's'\n\toption b 'x'\n"),
                new Case(
                        "a list becomes an option",
                        "config t 's'\n\tlist a 1\n\tlist b 1\n\tlist a 2 # two\n",
                        f -> f.withOption("s", "a", "3"),
                        "config t 's'\n\toption a '3'\n\tlist b 1\n"),
                new Case(
                        "an option said without a value gets one",
                        "config t 's'\n\toption a # none\n",
                        f -> f.withOption("s", "a", "3"),
                        "config t 's'\n\toption a '3' # none\n"),
                new Case(
                        "what a ';' silenced stays silent",
                        "config t 's'\n\toption a 1;option b 2\n",
                        f -> f.withOption("s", "a", "3"),
                        "config t 's'\n\toption a '3' #;option b 2\n"),
                new Case(
                        "an option leaves with its line",
                        PLAIN,
                        f -> f.withoutOption("s", "a"),
                        PLAIN.replace("\toption  a   1\t# one\n", "")),
                new Case(
                        "an option over two lines leaves",
                        "config t 's'\n\toption a 'x\ny'\n\toption b 1\n",
                        f -> f.withoutOption("s", "a"),
                        "config t 's'\n\toption b 1\n"),
                new Case(
                        "an option leaves a shared line",
                        "config t 's'; option a '1'; option b '2'\n",
                        f -> f.withoutOption("s", "a"),
                        "config t 's'; option b '2'\n"),
                new Case(
                        "the last option leaves a shared line",
                        "config t 's'; option a '1'; option b '2'\n",
                        f -> f.withoutOption("s", "b").withoutOption("s", "a"),
                        "config t 's'\n"),
                new Case(
                        "an item joins its list",
                        "config t 's'\n\tlist a 1\n\toption b 2\n",
                        f -> f.withListItem("s", "a", "2").withListItem("s", "a", "1"),
                        "config t 's'\n\tlist a 1\n\tlist a '2'\n\toption b 2\n"),
                new Case(
                        "an item leaves its list",
                        "config t 's'\n\tlist a 1\n\tlist a '2'\n",
                        f -> f.withoutListItem("s", "a", "1"),
                        "config t 's'\n\tlist a '2'\n"),
                new Case(
                        "an overruled item does not come back",
                        "config t 's'\n\tlist a 1\n\toption a 2\n\tlist a 3\n",
                        f -> f.withoutListItem("s", "a", "2"),
                        "config t 's'\n\tlist a 3\n"),
                new Case(
                        "a section is appended",
                        PLAIN,
                        f -> f.withSection("u-v", "w", options()),
                        PLAIN + "\nconfig u-v 'w'\n\toption p '1'\n\tlist q 'x'\n\tlist q 'y'\n"),
                new Case(
                        "a section begins an empty file", "", f -> f.withSection("t", "w", Map.of()), "config t 'w'\n"),
                new Case(
                        "an appended section leaves without a trace",
                        PLAIN,
                        f -> f.withSection("t", "w", options()).withoutSection("w"),
                        PLAIN),
                new Case(
                        "a section leaves wherever it is said",
                        "config t 's'\n\toption a 1\nconfig t 'x'\n\nconfig t 's'\n",
                        f -> f.withoutSection("s"),
                        "config t 'x'\n"),
                new Case(
                        "an anonymous section is reached by its index",
                        "config r\n\toption a 1\nconfig r\n",
                        f -> f.withOption("@r[-1]", "a", "2").withoutSection("@r[0]"),
                        "config r\n\toption a '2'\n"));
    }

    private static Map<String, UciValue> options() {
        var options = new LinkedHashMap<String, UciValue>();
        options.put("p", UciValue.of("1"));
        options.put("q", UciValue.list("x", "y"));
        return options;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void editsInPlace(Case row) throws Exception {
        UciFile before = UciFile.parse("cfg", row.before());
        assertThat(row.edit().apply(before).text()).isEqualTo(row.after());
        assertThat(before.text()).isEqualTo(row.before());
    }

    @Test
    void readsTheSpecifiedFile() throws Exception {
        var file = UciFile.parse("/etc/config/wireguard-uplink", """
                config wireguard-uplink 'uplink'
                	option enabled '1'
                	list peer 'a'
                	list peer 'b'
                """);
        UciSection section = file.section("uplink").orElseThrow();
        assertThat(section.option("enabled")).contains("1");
        assertThat(section.option("absent")).isEmpty();
        assertThat(section.list("peer")).containsExactly("a", "b");
        assertThat(section.list("enabled")).containsExactly("1");
        assertThat(section.lineOf("enabled")).isEqualTo(2);
        assertThat(file.ofType("wireguard-uplink")).hasSize(1);
    }

    @Test
    void refusesWhatLibuciWouldNotKeep() throws Exception {
        UciFile file = UciFile.parse("cfg", PLAIN);
        assertThatThrownBy(() -> file.withOption("s", "a-b", "1")).hasMessageContaining("'a-b'");
        assertThatThrownBy(() -> file.withOption("s", "a", "")).hasMessageContaining("empty");
        assertThatThrownBy(() -> file.withOption("none", "a", "1")).hasMessageContaining("no section 'none'");
        assertThatThrownBy(() -> file.withSection("t", "s", Map.of())).hasMessageContaining("already");
        assertThatThrownBy(() -> file.withSection("t t", "x", Map.of())).hasMessageContaining("section type");
        assertThatThrownBy(() -> UciFile.parse("cfg", "config t 's'\nconfig u 's'\n"))
                .hasMessage("cfg, line 2: found section 's' of type 'u'; expected type 't' as in line 1");
        assertThatThrownBy(() -> UciFile.parse("cfg", "config t 's\0'")).hasMessageContaining("NUL");
    }
}
