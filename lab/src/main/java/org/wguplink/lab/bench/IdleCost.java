package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wguplink.lab.meter.PathBytes;
import org.wguplink.lab.mover.Mover;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;

/**
 * What it costs the client to watch its WAN and two tunnels while its LAN is silent.
 *
 * @param probeMbPerDay sent and received on all three together, 10^6 bytes
 * @param cpuPercent of one core, of all processes on the node but WireGuard's
 * @param tunnelCpuPercent of WireGuard's processes; zero where the kernel does it
 */
record IdleCost(double probeMbPerDay, double cpuPercent, double tunnelCpuPercent) {
    /** In the first minute there is more to do than later. */
    static final Duration SETTLING = Duration.ofSeconds(45);

    private static final String WIREGUARD = "wireguard-go";

    private record Watch(PathBytes bytes, List<ProcessorTime> programs, List<ProcessorTime> tunnels) {}

    /** Of all of them, each in a lab of its own, at the same time: nobody does much. */
    static Map<Mover, IdleCost> of(List<Mover> movers, Duration time) throws IOException {
        Map<Mover, Lab> labs = new LinkedHashMap<>();
        try {
            for (Mover mover : movers) {
                Lab lab = Lab.build(OutageRun.NODES);
                labs.put(mover, lab);
                mover.start(lab, lab.node(OutageRun.CLIENT));
            }
            Await.pause(SETTLING);
            Map<Mover, Watch> watches = new LinkedHashMap<>();
            for (Map.Entry<Mover, Lab> lab : labs.entrySet())
                watches.put(lab.getKey(), watch(lab.getValue().node(OutageRun.CLIENT)));
            Await.pause(time);
            Map<Mover, IdleCost> costs = new LinkedHashMap<>();
            for (Map.Entry<Mover, Watch> watch : watches.entrySet())
                costs.put(watch.getKey(), read(watch.getValue(), time));
            return costs;
        } finally {
            for (Lab lab : labs.values()) lab.close();
        }
    }

    private static Watch watch(LabNode client) throws IOException {
        var watch = new Watch(PathBytes.watch(client), new ArrayList<>(), new ArrayList<>());
        for (String pid : Command.run(List.of("ip", "netns", "pids", client.namespace()))
                .lines()
                .toList()) {
            try {
                String name = Files.readString(Path.of("/proc", pid, "comm")).strip();
                (name.equals(WIREGUARD) ? watch.tunnels : watch.programs).add(ProcessorTime.since(Long.parseLong(pid)));
            } catch (IOException _) {
                // A ping, which is over before we look.
            }
        }
        return watch;
    }

    private static IdleCost read(Watch watch, Duration time) throws IOException {
        return new IdleCost(
                watch.bytes.count() / 1e6 * Duration.ofDays(1).toSeconds() / time.toSeconds(),
                percent(watch.programs),
                percent(watch.tunnels));
    }

    private static double percent(List<ProcessorTime> processes) {
        double sum = 0;
        for (ProcessorTime process : processes)
            try {
                sum += process.percent();
            } catch (IOException _) {
                // It has ended, and its parent's time holds its own.
            }
        return sum;
    }
}
