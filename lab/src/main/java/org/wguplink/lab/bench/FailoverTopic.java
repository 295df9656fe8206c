package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.Usage;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.MeshSetup;
import org.wguplink.lab.scenario.Rescue;

/**
 * How long a LAN host is without internet, and what the way back costs. Every run has a lab of its own: hold-downs grow
 * with each flap, so a second run in the same lab would measure those.
 */
final class FailoverTopic implements Topic {
    private static final List<String> NODES = List.of("A", "B", "C");
    private static final int RUNS = 5;
    private static final int MOST_RUNS = 1000;

    /**
     * @param outageMs longest silence at a LAN host that sends every 5 ms, when its node's WAN swallows everything
     * @param carrierOutageMs the same when the WAN loses its carrier
     * @param failbackLost packets of the established flow lost from the healing until 3 s after new flows are back
     * @param freshBackMs from the healing until new flows use the own WAN for good
     * @param meterStallMs how late the LAN host's own packets were at worst: distrust outages of that length
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Figures(
            @Nullable Spread outageMs,
            @Nullable Spread carrierOutageMs,
            Spread failbackLost,
            Spread freshBackMs,
            Spread meterStallMs) {}

    private record Run(Rescue.Switch change, Rescue.Failback back) {}

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String help() {
        return """
                failover   outage at a LAN host when its node's WAN dies, and what the way back costs
                             --runs N                    per fault, 5 by default
                             --fault blackhole|carrier   only this one
                """;
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        int runs = options.number("runs", RUNS, MOST_RUNS);
        List<Fault> faults = faults(options);
        Map<Fault, List<Run>> results = new LinkedHashMap<>();
        for (Fault fault : faults) {
            List<Run> done = new ArrayList<>();
            for (int run = 1; run <= runs; run++) {
                done.add(once(fault));
                report.say("%s %d/%d: outage %d ms, back after %d ms, %d lost on the way back"
                        .formatted(
                                name(fault),
                                run,
                                runs,
                                done.getLast().change().outage().toMillis(),
                                done.getLast().back().freshBack().toMillis(),
                                done.getLast().back().pinnedLost()));
            }
            results.put(fault, done);
        }
        return outcome(results);
    }

    private static Run once(Fault fault) throws IOException {
        List<Cut> cuts = new ArrayList<>();
        try (Lab lab = Lab.build(NODES)) {
            LabNode consumer = lab.node("C");
            LabNode provider = lab.node("A");
            MeshSetup.found(lab);
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(consumer, List.of(provider, lab.node("B")));
            try (Rescue rescue = Rescue.watch(lab, consumer)) {
                Rescue.Switch change = rescue.cut(consumer, fault, provider, cuts);
                MonoTime healedAt = cuts.getFirst().heal();
                return new Run(change, rescue.measureFailback(healedAt));
            }
        }
    }

    private static Outcome outcome(Map<Fault, List<Run>> results) {
        List<Run> all = results.values().stream().flatMap(List::stream).toList();
        Figures figures = new Figures(
                outages(results.get(Fault.BLACKHOLE)),
                outages(results.get(Fault.CARRIER)),
                Spread.of(all.stream().map(run -> run.back().pinnedLost()).toList()),
                Spread.of(all.stream()
                        .map(run -> run.back().freshBack().toMillis())
                        .toList()),
                Spread.of(
                        all.stream().map(run -> run.change().stall().toMillis()).toList()));
        Map<String, Spread> table = new LinkedHashMap<>();
        if (figures.outageMs() != null) table.put("outage, WAN swallows everything, ms", figures.outageMs());
        if (figures.carrierOutageMs() != null) table.put("outage, carrier lost, ms", figures.carrierOutageMs());
        table.put("packets lost on failback", figures.failbackLost());
        table.put("new flows back on the own WAN, ms", figures.freshBackMs());
        table.put("the meter's own lateness, ms", figures.meterStallMs());
        return new Outcome(figures, table);
    }

    private static @Nullable Spread outages(@Nullable List<Run> runs) {
        if (runs == null) return null;
        return Spread.of(
                runs.stream().map(run -> run.change().outage().toMillis()).toList());
    }

    private static List<Fault> faults(Options options) {
        String word = options.word("fault", "");
        return switch (word) {
            case "" -> List.of(Fault.BLACKHOLE, Fault.CARRIER);
            case "blackhole" -> List.of(Fault.BLACKHOLE);
            case "carrier" -> List.of(Fault.CARRIER);
            default ->
                throw new Usage("bench failover: --fault: found '%s'; expected blackhole or carrier".formatted(word));
        };
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(java.util.Locale.ROOT);
    }
}
