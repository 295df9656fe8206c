package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.wguplink.lab.Usage;
import org.wguplink.lab.mover.Mover;
import org.wguplink.lab.mover.Movers;
import org.wguplink.lab.mover.Uplinkd;

/** This project beside others, in the same network, measured in the same way. */
final class CompareTopic implements Topic {
    private static final String USUAL_FAULTS = "f1,f2,f3,f5,f6,f8";
    private static final String USUAL_PROGRAMS = "wg-uplink,babeld,bird,ping-script";
    private static final int OWN_RUNS = 3;
    private static final int MOST_RUNS = 100;
    private static final int IDLE_SECONDS = 20;
    private static final int MOST_IDLE_SECONDS = 3600;
    /** Longer than all of them need where they notice at all. */
    private static final OutageRun.Patience PATIENCE = new OutageRun.Patience(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(15), Duration.ZERO);

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public Set<String> flags() {
        return Set.of("long");
    }

    @Override
    public String help() {
        return """
                compare    this project beside babeld, BIRD with BFD and a ping script: outage, fresh connections, DNS, HTTP,
                           packets lost on the way back, switches, leaks; probes and processor time of a silent line
                             --programs LIST  some of %s;
                                              %s by default
                             --faults LIST    as of outage; %s by default. f8 lasts %d s, and what has
                                              not recovered after %d s counts as never
                             --long           all faults, as outage --long, which takes about an hour
                             --runs N         of each; without it %d of this project, but for f8, and 1 of the others
                             --seconds N      the line is silent for, %d by default
                             --write DIR      also writes DIR/PERFORMANCE.md, and charts and JSON to DIR/performance
                """.formatted(
                        names(),
                        USUAL_PROGRAMS,
                        USUAL_FAULTS,
                        PATIENCE.flapping().toSeconds(),
                        PATIENCE.never().toSeconds(),
                        OWN_RUNS,
                        IDLE_SECONDS);
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        List<Mover> movers = programs(options.word("programs", USUAL_PROGRAMS));
        List<Scenario> scenarios =
                Scenario.parseList(options.word("faults", options.flag("long") ? OutageTopic.ALL : USUAL_FAULTS));
        Duration idle = Duration.ofSeconds(options.number("seconds", IDLE_SECONDS, MOST_IDLE_SECONDS));
        int ownRuns = options.number("runs", OWN_RUNS, MOST_RUNS);
        int runs = options.number("runs", 1, MOST_RUNS);
        Path directory = directory(options.word("write", ""));
        Map<Mover, String> versions = new LinkedHashMap<>();
        for (Mover mover : movers) versions.put(mover, mover.version());
        var comparison =
                new Comparison(PerformancePage.machine(), versions, new LinkedHashMap<>(), new LinkedHashMap<>());
        for (int run = 1; run <= runs; run++) idle(movers, idle, comparison, report);
        for (Scenario scenario : scenarios)
            for (Mover mover : movers) {
                int times = mover instanceof Uplinkd && !scenario.isFlapping() ? ownRuns : runs;
                for (int run = 1; run <= times; run++) suffer(scenario, mover, comparison, report);
            }
        var page = new PerformancePage(comparison, scenarios, PATIENCE, idle);
        if (directory != null) page.write(directory);
        return new Outcome(comparison.json(), page.tables());
    }

    private static void idle(List<Mover> movers, Duration time, Comparison comparison, Progress report)
            throws IOException {
        IdleCost.of(movers, time).forEach((mover, cost) -> {
            report.say("silence, %s: probes %.2f MB a day, CPU %.2f %%, tunnels %.2f %%"
                    .formatted(mover.name(), cost.probeMbPerDay(), cost.cpuPercent(), cost.tunnelCpuPercent()));
            comparison
                    .idle()
                    .computeIfAbsent(mover.name(), _ -> new ArrayList<>())
                    .add(cost);
        });
    }

    private static void suffer(Scenario scenario, Mover mover, Comparison comparison, Progress report)
            throws IOException {
        if (scenario.borrowing() && !mover.hasUplinks()) return;
        String what = scenario.name() + ", " + mover.name();
        OutageRun.attempt(what, scenario, mover, Duration.ZERO, PATIENCE, report)
                .ifPresent(result -> comparison
                        .faults()
                        .computeIfAbsent(scenario.name(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(mover.name(), _ -> new ArrayList<>())
                        .add(result));
    }

    private static List<Mover> programs(String text) {
        List<Mover> movers = new ArrayList<>();
        for (String word : text.split(",", -1))
            movers.add(Movers.ALL.stream()
                    .filter(mover -> mover.name().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new Usage(
                            "bench compare: --programs: found '%s'; expected a list of %s".formatted(word, names()))));
        return List.copyOf(movers);
    }

    /** Looked at before anything is measured. */
    private static @org.jspecify.annotations.Nullable Path directory(String text) {
        if (text.isEmpty()) return null;
        Path directory = Path.of(text);
        if (!Files.isDirectory(directory) || !Files.isWritable(directory))
            throw new Usage(
                    "bench compare: --write: found '%s'; expected a directory that can be written to".formatted(text));
        return directory;
    }

    private static String names() {
        return Movers.ALL.stream().map(Mover::name).collect(Collectors.joining(","));
    }
}
