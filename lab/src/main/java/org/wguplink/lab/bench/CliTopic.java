package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wguplink.control.Wire;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.MeshSetup;

/** How long {@code wgctl} takes, from its start to its end. */
final class CliTopic implements Topic {
    private static final int RUNS = 20;
    private static final int MOST_RUNS = 1000;

    /**
     * @param floorMs {@code true}, started the same way: what no program can do without
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Figures(Spread versionMs, Spread uplinkListMs, Spread floorMs) {}

    @Override
    public String name() {
        return "cli";
    }

    @Override
    public String help() {
        return """
                cli        wgctl from start to end: --version, uplink list with a daemon, and `true` as the floor
                             --runs N                    20 by default
                """;
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        int runs = options.number("runs", RUNS, MOST_RUNS);
        String wgctl = Image.find().wgctl().toString();
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            report.say("starting two daemons");
            MeshSetup.found(lab);
            MeshSetup.startDaemons(lab);
            LabNode node = lab.node("B");
            report.say("running each command %d times".formatted(runs));
            Figures figures = new Figures(
                    time(runs, List.of(wgctl, "--version")),
                    time(runs, List.of(wgctl, "--root", node.root().toString(), "uplink", "list")),
                    time(runs, List.of("true")));
            Map<String, Spread> table = new LinkedHashMap<>();
            table.put("wgctl --version, ms", figures.versionMs());
            table.put("wgctl uplink list, ms", figures.uplinkListMs());
            table.put("true, ms", figures.floorMs());
            return new Outcome(Wire.encode(figures), Spread.table(table));
        }
    }

    private static Spread time(int runs, List<String> command) throws IOException {
        Command.run(command);
        List<Long> times = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            long before = System.nanoTime();
            Command.run(command);
            times.add(Math.round((System.nanoTime() - before) / 1e6));
        }
        return Spread.of(times);
    }
}
