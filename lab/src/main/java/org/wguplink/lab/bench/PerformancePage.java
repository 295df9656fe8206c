package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wguplink.lab.net.Command;

/** A comparison for people: {@code PERFORMANCE.md} with its charts. All figures in it come from the runs. */
record PerformancePage(Comparison comparison, List<Scenario> scenarios, OutageRun.Patience patience, Duration idle) {
    private static final String CHARTS = "performance";

    /** This machine, now. */
    static Map<String, String> machine() throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put("kernel", System.getProperty("os.version"));
        machine.put("java", System.getProperty("java.version"));
        machine.put(
                "wireguard-go",
                Command.call(List.of("wireguard-go", "--version"), "")
                        .out()
                        .lines()
                        .findFirst()
                        .orElse("-")
                        .replace("wireguard-go ", ""));
        machine.put("load before", Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        return machine;
    }

    /** In Markdown, in columns for those who read it as it is. */
    String tables() {
        return faultTable() + "\n" + idleTable();
    }

    /** Writes the page into a directory that exists, its charts and the figures as JSON into one below. */
    void write(Path directory) throws IOException {
        Path charts = directory.resolve(CHARTS);
        Files.createDirectories(charts);
        give(charts, directory);
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(directory.resolve("PERFORMANCE.md"), markdown());
        charts().forEach((name, chart) -> files.put(charts.resolve(name + ".svg"), chart.svg()));
        files.put(charts.resolve("compare.json"), comparison.json() + "\n");
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Files.writeString(file.getKey(), file.getValue());
            give(file.getKey(), directory);
        }
    }

    /** We are root, and the directory is somebody's. */
    private static void give(Path file, Path directory) throws IOException {
        Files.setOwner(file, Files.getOwner(directory));
    }

    private String markdown() {
        return """
                # Beside others

                Written, with its tables and charts, by

                    ./bench compare --faults %s --write docs

                All figures are from one run of that command, in the lab of network namespaces (figures of this project alone:
                [BENCHMARKS.md](BENCHMARKS.md)). A cell is the median of the runs, with the least and the most in brackets
                where they differ; as JSON: [performance/compare.json](performance/compare.json). Each run has a lab of its
                own, and the faults are made outside the nodes. Here: %s.

                ## Programs

                %s

                A client C has a WAN of its own, and A and then B to go to. What is no project of ours gets WireGuard tunnels
                over the mesh that are always up, with masquerading and an MSS clamp, as their user would make them.
                babeld and BIRD judge the neighbour and not the internet behind it; neither gets a watchdog that does.

                ## What a LAN host notices

                %s

                %s
                * outage: the longest silence of a UDP flow with a packet every 2 ms; in f8, and wherever a path lives in parts,
                  all silences over 50 ms together. "never": not within %d s.
                * fresh connection: from the fault until the first page came that was asked for since.
                * DNS, HTTP: which part of the queries (20 a second) and pages (20 a second, each by a new connection) was
                  answered within half a second and a second, from a second after the fault until a second before it was
                  mended. Queries go to the resolver of the own ISP, as a host gets it with its address, and as real ones it
                  answers inside its own ISP only; with a public one, DNS would go where HTTP goes.
                * lost on the way back: packets of that UDP flow from the mending until 3 s after new flows are where they were;
                  "-": it never left, did not come back within %d s, or this is not measured (a provider's return, and f8).
                * switches: changes of the exit during the fault, as the internet sees new flows.
                * leaked: packets on the mesh that are not between mesh addresses, and on a WAN with another source than its.

                ![outage](performance/outage_ms.svg)

                ![fresh connection](performance/fresh_ms.svg)

                ![DNS](performance/dns_ok.svg)

                ![HTTP](performance/http_ok.svg)

                ## What it costs to watch

                %s
                C's LAN is silent for %d s, %d s after the start; all programs at the same time. Probes: all that C sends and gets on its WAN and in both
                tunnels, together, from the IP header on, counted by nftables (not the packets of WireGuard that carry it, and
                not IPv6's neighbour discovery), taken for a day. CPU: of one core, of all processes on C but
                WireGuard's, which stand beside them: the packets in a tunnel are paid there. A Java program still compiles
                itself then; at rest, and with the probes of the WAN alone: [BENCHMARKS.md](BENCHMARKS.md).

                ![probes](performance/probe_mb_per_day.svg)

                ![CPU](performance/cpu_percent.svg)
                """.formatted(
                        scenarios.stream().map(Scenario::name).collect(Collectors.joining(",")),
                        comparison.machine().entrySet().stream()
                                .map(fact -> fact.getKey() + " " + fact.getValue())
                                .collect(Collectors.joining(", ")),
                        comparison.programs().entrySet().stream()
                                .map(p -> "* **%s** (%s): %s."
                                        .formatted(
                                                p.getKey().name(),
                                                p.getValue(),
                                                p.getKey().setup()))
                                .collect(Collectors.joining("\n")),
                        scenarios.stream()
                                .map(s -> "* %s: %s".formatted(s.name(), s.meaning()))
                                .collect(Collectors.joining("\n")),
                        faultTable(),
                        patience.never().toSeconds(),
                        patience.back().toSeconds(),
                        idleTable(),
                        idle.toSeconds(),
                        IdleCost.SETTLING.toSeconds());
    }

    private String faultTable() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(
                        Stream.of("fault", "program", "runs"),
                        Stream.of(Aspect.values()).map(Aspect::title))
                .toList());
        comparison
                .faults()
                .forEach((fault, byProgram) -> byProgram.forEach((program, runs) -> {
                    List<String> row = new ArrayList<>(List.of(fault, program, Integer.toString(runs.size())));
                    for (Aspect aspect : Aspect.values()) row.add(aspect.text(Comparison.measure(aspect, runs)));
                    rows.add(row);
                }));
        return table(rows);
    }

    private String idleTable() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(
                        Stream.of("program", "runs"),
                        Stream.of(Comparison.Cost.values()).map(Comparison.Cost::title))
                .toList());
        comparison.idle().forEach((program, runs) -> {
            List<String> row = new ArrayList<>(List.of(program, Integer.toString(runs.size())));
            for (Comparison.Cost cost : Comparison.Cost.values())
                row.add(cost.of(runs).text(2, "-"));
            rows.add(row);
        });
        return table(rows);
    }

    private static String table(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
        var table = new StringBuilder(line(rows.getFirst(), widths, " "))
                .append(line(Collections.nCopies(widths.length, ""), widths, "-"));
        for (List<String> row : rows.subList(1, rows.size())) table.append(line(row, widths, " "));
        return table.toString();
    }

    private static String line(List<String> cells, int[] widths, String filling) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> filling
                        + cells.get(i)
                        + filling.repeat(widths[i] - cells.get(i).length())
                        + filling)
                .collect(Collectors.joining("|", "|", "|\n"));
    }

    /** By the name of their files. */
    private Map<String, BarChart> charts() {
        Map<String, BarChart> charts = new LinkedHashMap<>();
        charts.put("outage_ms", faultChart(Aspect.OUTAGE_MS, "Outage, ms (logarithmic)", true));
        charts.put("fresh_ms", faultChart(Aspect.FRESH_MS, "Time to a fresh connection, ms (logarithmic)", true));
        charts.put("dns_ok", faultChart(Aspect.DNS_OK, "Queries for names that were answered, of 1", false));
        charts.put("http_ok", faultChart(Aspect.HTTP_OK, "Pages that came, of 1", false));
        charts.put(
                "probe_mb_per_day", idleChart(Comparison.Cost.PROBE_MB_PER_DAY, "Probes of a silent line, MB a day"));
        charts.put(
                "cpu_percent",
                idleChart(
                        Comparison.Cost.CPU_PERCENT,
                        "Processor time of a silent line, % of a core, without WireGuard"));
        return charts;
    }

    private BarChart faultChart(Aspect aspect, String title, boolean time) {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            List<BarChart.Bar> bars = new ArrayList<>();
            comparison.faults().getOrDefault(scenario.name(), Map.of()).forEach((program, runs) -> {
                Measure measure = Comparison.measure(aspect, runs);
                bars.add(new BarChart.Bar(program, extent(measure), aspect.text(measure)));
            });
            groups.add(new BarChart.Group(scenario.name() + ": " + scenario.meaning(), bars));
        }
        return new BarChart(title, time, time ? 10_000 : 1, groups);
    }

    private BarChart idleChart(Comparison.Cost cost, String title) {
        List<BarChart.Bar> bars = new ArrayList<>();
        comparison.idle().forEach((program, runs) -> {
            Measure measure = cost.of(runs);
            bars.add(new BarChart.Bar(program, extent(measure), measure.text(2, "-")));
        });
        double most = bars.stream()
                .flatMap(bar -> bar.value().stream())
                .mapToDouble(BarChart.Extent::max)
                .max()
                .orElse(1);
        return new BarChart(title, false, Math.max(1, Math.ceil(most)), List.of(new BarChart.Group("", bars)));
    }

    /** None where a run never ended: its bar would be the others'. */
    private static Optional<BarChart.Extent> extent(Measure measure) {
        return measure.never() > 0 || measure.min() == null || measure.median() == null || measure.max() == null
                ? Optional.empty()
                : Optional.of(new BarChart.Extent(measure.min(), measure.median(), measure.max()));
    }
}
