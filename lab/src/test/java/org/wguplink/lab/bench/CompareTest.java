package org.wguplink.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.lab.Usage;
import org.wguplink.lab.mover.Mover;
import org.wguplink.lab.mover.Movers;
import org.wguplink.lab.scenario.Rescue;
import org.xml.sax.InputSource;

class CompareTest {
    private static final Mover OWN = Movers.ALL.getFirst();
    private static final Mover OTHER = Movers.ALL.get(1);

    @Test
    void aMeasureKeepsHowOftenItNeverCame() {
        assertThat(measure(3, 1, 2).text(0, "never")).isEqualTo("2 (1 to 3)");
        assertThat(measure(2, 2).text(1, "never")).isEqualTo("2.0");
        assertThat(measure(2, 4, Double.NaN).text(0, "never")).isEqualTo("3 (2 to 4), 1 of 3 never");
        assertThat(measure(Double.NaN).text(0, "never")).isEqualTo("never");
    }

    @Test
    void wrongWordsAreNamed() {
        assertUsage(
                "bench compare: --programs: found 'quagga'; expected a list of wg-uplink,babeld,bird,ping-script,nothing",
                "--programs",
                "bird,quagga");
        assertUsage(
                "bench compare: --write: found '/nowhere'; expected a directory that can be written to",
                "--write",
                "/nowhere");
    }

    @Test
    void theTableHasARowForEachProgram() {
        assertThat(page().tables().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "| f1 | wg-uplink | 2 | 85 (80 to 90) | 110 | 1.00 | 0.99 | 0 | 1 | 2 |",
                        "| f1 | babeld | 1 | never | never | 0.00 | 0.00 | - | 0 | 0 |",
                        "| babeld | 1 | 12.35 | 0.50 | 1.00 |");
    }

    @Test
    void whatIsKnownIsInTheJson() {
        assertThat(page().comparison().json())
                .contains(
                        "\"f1\":{\"wg-uplink\":{\"outage_ms\":{\"runs\":2,\"never\":0,\"min\":80.0,\"median\":85.0,\"max\":90.0}",
                        "\"babeld\":{\"outage_ms\":{\"runs\":1,\"never\":1,\"min\":null,\"median\":null,\"max\":null}",
                        "\"idle\":{\"babeld\":{\"probe_mb_per_day\":{\"runs\":1,\"never\":0,\"min\":12.346,");
    }

    @Test
    void thePageAndItsChartsAreWritten(@TempDir Path directory) throws Exception {
        page().write(directory);
        String page = Files.readString(directory.resolve("PERFORMANCE.md"));
        assertThat(page)
                .contains("* **babeld** (1.12): ", "| f1    | wg-uplink | 2 ", "* f1: the WAN swallows everything");
        List<String> charts = page.lines()
                .filter(line -> line.startsWith("!["))
                .map(line -> line.replaceAll(".*\\((.*)\\)", "$1"))
                .toList();
        assertThat(charts).hasSize(6);
        for (String chart : charts) {
            String svg = Files.readString(directory.resolve(chart));
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        }
        assertThat(Files.readString(directory.resolve("performance/outage_ms.svg")))
                .as("a bar for each, a hollow one for what never ended")
                .contains(">85 (80 to 90)</text>", "fill='none' stroke-dasharray='4 3'", ">never</text>");
        try (Stream<Path> files = Files.list(directory.resolve("performance"))) {
            assertThat(files).hasSize(7);
        }
    }

    private static PerformancePage page() {
        Map<Mover, String> versions = new LinkedHashMap<>();
        versions.put(OWN, "0.1");
        versions.put(OTHER, "1.12");
        Map<String, List<OutageRun.Result>> f1 = new LinkedHashMap<>();
        f1.put(OWN.name(), List.of(saved(80), saved(90)));
        f1.put(OTHER.name(), List.of(lost()));
        var comparison = new Comparison(
                Map.of("processors", "2"),
                versions,
                Map.of("f1", f1),
                Map.of(OTHER.name(), List.of(new IdleCost(12.3456, 0.5, 1))));
        return new PerformancePage(
                comparison, Scenario.parseList("f1"), OutageRun.Patience.USUAL, Duration.ofSeconds(20));
    }

    private static OutageRun.Result saved(long outageMs) {
        return new OutageRun.Result(
                Optional.of(Duration.ofMillis(outageMs)),
                "CA",
                1,
                1,
                List.of(),
                Optional.of(Duration.ofMillis(110)),
                OptionalDouble.of(1),
                OptionalDouble.of(0.99),
                Map.of(),
                Optional.of(new Rescue.Failback(Duration.ofSeconds(5), 0, true)),
                Map.of("C on its WAN", 2L),
                Duration.ZERO);
    }

    private static OutageRun.Result lost() {
        return new OutageRun.Result(
                Optional.empty(),
                "CC",
                0,
                0,
                List.of(),
                Optional.empty(),
                OptionalDouble.of(0),
                OptionalDouble.of(0),
                Map.of(),
                Optional.of(new Rescue.Failback(Duration.ZERO, 4, true)),
                Map.of(),
                Duration.ZERO);
    }

    /** NaN for a run without one. */
    private static Measure measure(double... runs) {
        return Measure.of(Arrays.stream(runs)
                .mapToObj(run -> Double.isNaN(run) ? OptionalDouble.empty() : OptionalDouble.of(run))
                .toList());
    }

    private static void assertUsage(String message, String... args) {
        List<String> all = new ArrayList<>(List.of("compare"));
        all.addAll(List.of(args));
        assertThatThrownBy(() -> Bench.run(all)).isInstanceOf(Usage.class).hasMessage(message);
    }
}
