package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.wguplink.control.Wire;
import org.wguplink.lab.mover.Uplinkd;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;
import org.wguplink.lab.scenario.MeshSetup;

/** What a daemon with two warm uplinks costs while nothing happens, and how quickly it and {@code wgctl} start. */
final class FootprintTopic implements Topic {
    private static final Duration SETTLING = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration START = Duration.ofSeconds(30);
    private static final int RUNS = 11;
    private static final int MOST_RUNS = 200;
    private static final int STARTS = 5;
    /** Wall, user and system time of one program, in seconds, from its own resource usage. */
    private static final String TIMED = "TIMEFORMAT='%3R %3U %3S'; time \"$@\" >/dev/null";

    /**
     * @param rssMb resident memory of the daemon, MiB
     * @param idleCpuPercent of one core, over 30 s, a minute after its start: until then it compiles
     * @param readyMs from exec until the control socket answers, median
     * @param cliMs {@code wgctl uplink status} from start to end, median
     * @param cliCpuMs the processor time of the same, median
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Figures(double rssMb, double idleCpuPercent, double readyMs, double cliMs, double cliCpuMs) {}

    private record Idle(long rssKb, double cpuPercent, Map<MemoryMap.Use, Long> map) {}

    private record Cli(Spread wallMs, Spread cpuMs) {}

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public String help() {
        return """
                footprint  memory, idle processor time and start of a daemon with two warm uplinks; start of wgctl
                             --runs N                    of wgctl, %d by default
                """.formatted(RUNS);
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        int runs = options.number("runs", RUNS, MOST_RUNS);
        try (Lab lab = Lab.build(List.of("A", "B", "C"))) {
            report.say("starting three daemons");
            LabNode node = lab.node("C");
            new Uplinkd().start(lab, node);
            report.say("letting it settle, then watching it do nothing for %d s".formatted(IDLE.toSeconds()));
            Await.pause(SETTLING);
            Idle idle = idle(node.status().pid());
            report.say("running wgctl %d times".formatted(runs));
            Cli cli = cli(node, runs);
            report.say("starting the daemon %d times".formatted(STARTS));
            Spread ready = ready(node);
            Figures figures = new Figures(
                    tenth(idle.rssKb() / 1024.0),
                    Math.round(idle.cpuPercent() * 100) / 100.0,
                    ready.median(),
                    cli.wallMs().median(),
                    cli.cpuMs().median());
            return new Outcome(Wire.encode(figures), table(idle, ready, cli));
        }
    }

    private static Idle idle(long pid) throws IOException {
        var processor = ProcessorTime.since(pid);
        Await.pause(IDLE);
        double percent = processor.percent();
        Map<MemoryMap.Use, Long> map = MemoryMap.of(pid);
        return new Idle(map.values().stream().mapToLong(Long::longValue).sum(), percent, map);
    }

    private static Spread ready(LabNode node) throws IOException {
        List<Long> times = new ArrayList<>();
        for (int start = 0; start < STARTS; start++) {
            node.stopDaemon();
            long from = System.nanoTime();
            node.startDaemon();
            while (!answers(node)) {
                if (System.nanoTime() - from > START.toNanos()) MeshSetup.awaitAnswer(node);
                Await.pause(LOOK);
            }
            times.add(Math.round((System.nanoTime() - from) / 1e6));
        }
        return Spread.of(times);
    }

    private static boolean answers(LabNode node) {
        try {
            return !node.status().version().isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    private static Cli cli(LabNode node, int runs) throws IOException {
        List<String> command = List.of(
                "bash",
                "-c",
                TIMED,
                "timed",
                Image.find().wgctl().toString(),
                "--root",
                node.root().toString(),
                "uplink",
                "status");
        List<Long> wall = new ArrayList<>();
        List<Long> cpu = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            Command.Result result = Command.call(command, "");
            result.orThrow();
            String[] seconds = result.err().strip().split(" ", -1);
            wall.add(millis(seconds[0]));
            cpu.add(millis(seconds[1]) + millis(seconds[2]));
        }
        return new Cli(Spread.of(wall), Spread.of(cpu));
    }

    private static long millis(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1000);
    }

    private static String table(Idle idle, Spread ready, Cli cli) {
        StringBuilder table = new StringBuilder("resident, MiB%33.1f%n".formatted(idle.rssKb() / 1024.0));
        idle.map().forEach((use, kb) -> table.append("  %-38s %5.1f%n".formatted(use.title(), kb / 1024.0)));
        table.append("idle, percent of a core%23.2f%n%n".formatted(idle.cpuPercent()));
        return table.append(Spread.table(new java.util.TreeMap<>(Map.of(
                        "uplinkd, exec to answer, ms", ready,
                        "wgctl uplink status, wall, ms", cli.wallMs(),
                        "wgctl uplink status, processor, ms", cli.cpuMs()))))
                .toString();
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
