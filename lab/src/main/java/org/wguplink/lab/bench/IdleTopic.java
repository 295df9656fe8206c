package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wguplink.core.health.Detection;
import org.wguplink.lab.Usage;
import org.wguplink.lab.meter.ProbeBytes;
import org.wguplink.lab.mover.Uplinkd;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;
import org.wguplink.lab.scenario.Switches;

/** A line that serves well, in silence and in ordinary trouble: what watching it costs, and how often it is left. */
final class IdleTopic implements Topic {
    private static final int USUAL_SECONDS = 60;
    private static final int LONG_SECONDS = 600;
    private static final int HOUR = 3600;
    /**
     * @param seconds how long it was watched
     * @param probeMbPerDay what probes send and get on the path with the most, 10^6 bytes from the IP header on
     * @param falseFailovers changes of the path in use, of either family
     * @param cpuPercent of one core, of the daemon
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Figures(long seconds, double probeMbPerDay, int falseFailovers, double cpuPercent) {}

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public Set<String> flags() {
        return Set.of("long");
    }

    @Override
    public String help() {
        return """
                idle       a line that serves well with two warm uplinks: probe traffic, false failovers, processor time
                             --troubles LIST   some of %s;
                                               silence by default
                             --seconds N       for each, %d by default
                             --detection WORD  of all nodes: fast, default or gentle
                             --long            all of them, %d s each; silence and loss for an hour
                """.formatted(OrdinaryTrouble.words(), USUAL_SECONDS, LONG_SECONDS);
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        boolean all = options.flag("long");
        List<OrdinaryTrouble> troubles = OrdinaryTrouble.parseList(
                options.word("troubles", all ? OrdinaryTrouble.words() : OrdinaryTrouble.SILENCE.word()));
        Detection detection = detection(options.word("detection", Detection.DEFAULT.toString()));
        Map<String, Figures> figures = new LinkedHashMap<>();
        for (OrdinaryTrouble trouble : troubles) {
            boolean hour = all && (trouble == OrdinaryTrouble.SILENCE || trouble == OrdinaryTrouble.LOSS);
            int usual = all ? LONG_SECONDS : USUAL_SECONDS;
            int seconds = options.number("seconds", hour ? HOUR : usual, 9999);
            report.say("%s for %d s".formatted(trouble.word(), seconds));
            figures.put(trouble.word(), measure(trouble, detection, Duration.ofSeconds(seconds), report));
        }
        return new Outcome(json(figures), table(figures));
    }

    private static Detection detection(String word) {
        try {
            return Detection.parse(word);
        } catch (IllegalArgumentException e) {
            throw new Usage("bench idle: --detection: found '%s'; expected fast, default or gentle".formatted(word));
        }
    }

    private static Figures measure(OrdinaryTrouble trouble, Detection detection, Duration time, Progress report)
            throws IOException {
        try (Lab lab = Lab.build(List.of("A", "B", "C"))) {
            LabNode node = lab.node("C");
            new Uplinkd(detection).start(lab, node);
            try (Closeable _ = trouble.begin(lab, node, time)) {
                Await.pause(trouble.acquaintance());
                ProbeBytes probes = ProbeBytes.watch(node);
                int before = switches(node);
                var processor = ProcessorTime.since(node.status().pid());
                Await.pause(time);
                int switches = switches(node) - before;
                if (switches > 0) report.say("%s was left: %s".formatted(trouble.word(), node.daemonLog(20)));
                return new Figures(
                        time.toSeconds(),
                        hundredth(probes.most() / 1e6 * Duration.ofDays(1).toSeconds() / time.toSeconds()),
                        switches,
                        hundredth(processor.percent()));
            }
        }
    }

    private static int switches(LabNode node) throws IOException {
        return Switches.of(node) + Switches.ofIpv6Alone(node);
    }

    /** The worst of all, and each by its name. */
    private static String json(Map<String, Figures> figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(
                "probe_mb_per_day",
                figures.values().stream()
                        .mapToDouble(Figures::probeMbPerDay)
                        .max()
                        .orElseThrow());
        all.put(
                "false_failovers",
                figures.values().stream().mapToInt(Figures::falseFailovers).sum());
        all.put(
                "cpu_percent",
                figures.values().stream().mapToDouble(Figures::cpuPercent).max().orElseThrow());
        all.putAll(figures);
        return BenchJson.of(all);
    }

    private static String table(Map<String, Figures> figures) {
        var table = new StringBuilder("%-10s %8s %14s %16s %12s%n"
                .formatted("", "seconds", "probe MB/day", "false failovers", "cpu percent"));
        figures.forEach((name, f) -> table.append("%-10s %8d %14.2f %16d %12.2f%n"
                .formatted(name, f.seconds, f.probeMbPerDay, f.falseFailovers, f.cpuPercent)));
        return table.toString();
    }

    private static double hundredth(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
