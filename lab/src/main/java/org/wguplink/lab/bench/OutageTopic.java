package org.wguplink.lab.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.lab.Usage;
import org.wguplink.lab.meter.TcpClients;
import org.wguplink.lab.mover.Uplinkd;
import org.wguplink.lab.net.LabException;

/** How long a LAN host is without internet when something happens to it, and what the way back costs. */
final class OutageTopic implements Topic {
    private static final String USUAL = "f1,f2,f3,f5,f6";
    static final String ALL =
            "f1,f2,f2a,f3,f4:30,f4:60,f5,f6,f6k,f8,f9r:256,f9d:200,f9d:1000,f10,f11,f12,f13,f14,f15,f17";
    private static final int USUAL_RUNS = 3;
    private static final int LONG_RUNS = 5;
    private static final int MOST_RUNS = 100;
    private static final int LEAST_RTT_MS = 1;
    private static final int MOST_RTT_MS = 1000;

    @Override
    public String name() {
        return "outage";
    }

    @Override
    public Set<String> flags() {
        return Set.of("long");
    }

    @Override
    public String help() {
        return """
                outage     silence at a LAN host when something happens to its internet, and what the way back costs
                             --faults LIST   some of, with commas: f1 the WAN swallows everything, f2 carrier lost,
                                             f2a WAN set down on the node, f3 nothing behind the gateway, f4:PERCENT
                                             packets lost at random, f5 the provider in use loses its WAN (f5@f2,
                                             f5@f3: as those), f6 it vanishes, f6k its WireGuard is killed, f8 2 s
                                             dead and 2 s alive for 60 s, f9r:KBIT slow line, f9d:MS delay each way,
                                             f10 no DNS, f11 no IPv4, f12 one echo a second, f13 the WAN gets another
                                             address, f14 nothing comes back, f15 no echoes, f17 the tunnel's way
                                             takes only 1280 bytes and says nothing;
                                             %s by default
                             --runs N        per fault, %d by default, %d with --long
                             --rtt MS        round trip of the WAN that fails, %d by default: as the lab is
                             --long          %s
                           outage: longest silence; f4, f8, f9, f10, f12, f13, f15, f17: all silences over 50 ms. dns,
                           http: which part of the queries and pages asked for was answered, from a second after it.
                           These, lost on the way back, and switches: worst run; leaked: all runs. null, '-': never
                           came, or a TCP client hung
                """.formatted(USUAL, USUAL_RUNS, LONG_RUNS, LEAST_RTT_MS, ALL);
    }

    @Override
    public Outcome measure(Options options, Progress report) throws IOException {
        boolean all = options.flag("long");
        List<Scenario> scenarios = Scenario.parseList(options.word("faults", all ? ALL : USUAL));
        int runs = options.number("runs", all ? LONG_RUNS : USUAL_RUNS, MOST_RUNS);
        int rtt = options.number("rtt", LEAST_RTT_MS, MOST_RTT_MS);
        if (rtt > LEAST_RTT_MS && scenarios.stream().anyMatch(Scenario::isDelay))
            throw new Usage("bench outage: --rtt and f9d both delay the WAN; leave out one of them");
        Map<String, List<OutageRun.Result>> results = new LinkedHashMap<>();
        int failed = 0;
        for (Scenario scenario : scenarios)
            for (int run = 1; run <= runs; run++) {
                String what = "%s %d/%d".formatted(scenario.name(), run, runs);
                Optional<OutageRun.Result> result = OutageRun.attempt(
                        what, scenario, new Uplinkd(), Duration.ofMillis(rtt), OutageRun.Patience.USUAL, report);
                result.ifPresent(r -> results.computeIfAbsent(scenario.name(), _ -> new ArrayList<>())
                        .add(r));
                if (result.isEmpty()) failed++;
            }
        if (results.isEmpty()) throw new LabException("none of %d runs could be measured".formatted(failed));
        Map<String, OutageFigures> figures = new LinkedHashMap<>();
        results.forEach((fault, ofFault) -> figures.put(fault, OutageFigures.of(ofFault)));
        StringBuilder table = new StringBuilder(
                        row("", "outage ms", "fresh", "dns", "http", "lost", "back ms", "switches", "leaked", "exits"))
                .append("  TCP reset ms\n");
        figures.forEach((fault, ofFault) -> table.append(row(fault, ofFault)).append('\n'));
        var quickness = OutageFigures.Quickness.of(
                results.values().stream().flatMap(List::stream).toList());
        if (quickness != null) table.append("verdict to kernel: %s%n".formatted(quickness));
        if (failed > 0) table.append("%d runs could not be measured%n".formatted(failed));
        return new Outcome(json(runs, failed, rtt, quickness, figures), table.toString());
    }

    static String json(
            int runs,
            int failed,
            int rtt,
            OutageFigures.@Nullable Quickness quickness,
            Map<String, OutageFigures> figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("runs", runs);
        all.put("failed", failed);
        all.put("rtt_ms", rtt);
        all.put("verdict_to_kernel_us", quickness);
        all.putAll(figures);
        return BenchJson.of(all);
    }

    static String line(OutageRun.Result run) {
        String line =
                "outage %s, fresh after %s, dns %s, http %s, exits %s, %d switches%s, %s, tcp resets %s, meter late by %d ms"
                        .formatted(
                                run.outage().map(OutageTopic::millis).orElse("without end"),
                                run.fresh().map(OutageTopic::millis).orElse("-"),
                                part(run.dnsOk()),
                                part(run.httpOk()),
                                run.exits(),
                                run.switches(),
                                run.switches() == run.exitsSeen()
                                        ? ""
                                        : " (new flows saw %d)".formatted(run.exitsSeen()),
                                run.back()
                                        .map(back -> "back after %s, %d lost%s"
                                                .formatted(
                                                        millis(back.freshBack()),
                                                        back.pinnedLost(),
                                                        back.pinnedStayed() ? "" : ", its exit changed"))
                                        .orElse("not back"),
                                resets(run.tcpResets()),
                                run.stall().toMillis());
        return run.leaked().isEmpty() ? line : line + ", LEAKED " + run.leaked();
    }

    private static String resets(Map<TcpClients.Kind, java.util.Optional<Duration>> resets) {
        if (resets.isEmpty()) return "none due";
        return resets.entrySet().stream()
                .map(client -> "%s %s"
                        .formatted(
                                client.getKey().name().toLowerCase(java.util.Locale.ROOT),
                                client.getValue().map(OutageTopic::millis).orElse("hangs")))
                .collect(Collectors.joining(", "));
    }

    private static String part(OptionalDouble part) {
        return part.isPresent() ? "%.3f".formatted(part.getAsDouble()) : "-";
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }

    private static String row(String fault, OutageFigures figures) {
        return row(
                        fault,
                        extent(figures.outageMs()),
                        orDash(figures.freshMs()),
                        orDash(figures.dnsOk()),
                        orDash(figures.httpOk()),
                        orDash(figures.failbackLost()),
                        orDash(figures.freshBackMs()),
                        Integer.toString(figures.switches()),
                        Long.toString(figures.leaked()),
                        figures.exits())
                + "  "
                + extent(figures.tcpResetMs());
    }

    private static String row(String... cells) {
        return "%-8s %22s %6s %6s %6s %6s %8s %8s %7s %6s".formatted((Object[]) cells);
    }

    private static String extent(OutageFigures.@Nullable Extent extent) {
        return extent == null ? "-" : "%d / %.0f / %d".formatted(extent.min(), extent.median(), extent.max());
    }

    private static String orDash(@Nullable Number number) {
        return number == null ? "-" : number.toString();
    }
}
