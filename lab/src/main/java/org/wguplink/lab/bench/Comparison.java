package org.wguplink.lab.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.wguplink.lab.mover.Mover;

/**
 * What was measured of several programs.
 *
 * @param machine where: what is said of it, by what it is
 * @param programs in order, with what they say of their version
 * @param faults by name and then by the program's name; without a pair that was not measured
 * @param idle by the program's name
 */
record Comparison(
        Map<String, String> machine,
        Map<Mover, String> programs,
        Map<String, Map<String, List<OutageRun.Result>>> faults,
        Map<String, List<IdleCost>> idle) {
    /** What it costs to watch. */
    enum Cost {
        PROBE_MB_PER_DAY("probes, MB a day"),
        CPU_PERCENT("CPU, %"),
        TUNNEL_CPU_PERCENT("CPU of the tunnels, %");

        private final String title;

        Cost(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        Measure of(List<IdleCost> runs) {
            return Measure.of(
                    runs.stream().map(run -> OptionalDouble.of(of(run))).toList());
        }

        private double of(IdleCost run) {
            return switch (this) {
                case PROBE_MB_PER_DAY -> run.probeMbPerDay();
                case CPU_PERCENT -> run.cpuPercent();
                case TUNNEL_CPU_PERCENT -> run.tunnelCpuPercent();
            };
        }
    }

    static Measure measure(Aspect aspect, List<OutageRun.Result> runs) {
        return Measure.of(runs.stream().map(aspect::of).toList());
    }

    /** One line. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine);
        Map<String, String> versions = new LinkedHashMap<>();
        programs.forEach((mover, version) -> versions.put(mover.name(), version));
        all.put("programs", versions);
        faults.forEach((fault, byProgram) -> {
            Map<String, Map<String, Measure>> ofFault = new LinkedHashMap<>();
            byProgram.forEach((program, runs) -> {
                Map<String, Measure> measures = new LinkedHashMap<>();
                Stream.of(Aspect.values()).forEach(aspect -> measures.put(aspect.key(), measure(aspect, runs)));
                ofFault.put(program, measures);
            });
            all.put(fault, ofFault);
        });
        Map<String, Map<String, Measure>> costs = new LinkedHashMap<>();
        idle.forEach((program, runs) -> {
            Map<String, Measure> measures = new LinkedHashMap<>();
            for (Cost cost : Cost.values()) measures.put(cost.name().toLowerCase(java.util.Locale.ROOT), cost.of(runs));
            costs.put(program, measures);
        });
        all.put("idle", costs);
        return BenchJson.of(all);
    }
}
