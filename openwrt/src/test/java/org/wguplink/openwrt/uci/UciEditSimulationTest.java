package org.wguplink.openwrt.uci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Edits of odd texts, by seed: an edit does what it says and leaves the rest. A failure prints the seed. */
class UciEditSimulationTest {
    private static final List<String> PIECES = List.of(
            "config t 's'\n",
            "config t u\n",
            "config r\n",
            "option a 1\n",
            "\toption a '2'\n",
            "  option b \"x y\"\n",
            "list a 3\n",
            "\tlist a 'four\nlines'\n",
            "# comment\n",
            "\n",
            "option a\n",
            "option b ''\n",
            "option c 1;option d 2\n",
            "option c '1';option d 2\n",
            "config t 's'; list a '9'; option b '8'\n",
            "option e one\\\ntwo # joined\n",
            "option a 1#2\n",
            "option d 'x' \\\n\n",
            "list b 5\r\n");

    @Test
    void editsDoWhatTheySay() throws Exception {
        for (int seed = 0; seed < 4000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder("config t 's'\n");
            for (int i = random.nextInt(12); i > 0; i--) text.append(PIECES.get(random.nextInt(PIECES.size())));
            UciFile file = UciFile.parse("seed " + seed, text.toString());
            for (int i = 0; i < 4; i++) file = step(file, random, "seed " + seed + ":\n" + file.text());
        }
    }

    private static UciFile step(UciFile file, Random random, String said) {
        String option = List.of("a", "b", "c", "d", "n").get(random.nextInt(5));
        String value = List.of("1", "3", "it's", "five;#").get(random.nextInt(4));
        UciFile after;
        switch (random.nextInt(4)) {
            case 0 -> {
                after = file.withOption("s", option, value);
                assertThat(held(after, option)).as(said).contains(UciValue.of(value));
            }
            case 1 -> {
                after = file.withoutOption("s", option);
                assertThat(held(after, option)).as(said).isEmpty();
            }
            case 2 -> {
                after = file.withListItem("s", option, value);
                assertThat(after.section("s").orElseThrow().list(option))
                        .as(said)
                        .contains(value);
            }
            default -> {
                after = file.withoutListItem("s", option, value);
                assertThat(after.section("s").orElseThrow().list(option))
                        .as(said)
                        .doesNotContain(value);
            }
        }
        assertThat(others(after, option)).as(said).isEqualTo(others(file, option));
        return after;
    }

    private static Optional<UciValue> held(UciFile file, String option) {
        return file.section("s").orElseThrow().find(option).map(UciOption::value);
    }

    /** Everything but the option that the edit may change, without lines and order. */
    private static List<List<String>> others(UciFile file, String edited) {
        return file.sections().stream()
                .map(section -> section.options().stream()
                        .filter(option -> !section.name().equals(Optional.of("s"))
                                || !option.name().equals(edited))
                        .map(option -> section.name() + option.name() + option.value())
                        .sorted()
                        .toList())
                .toList();
    }
}
