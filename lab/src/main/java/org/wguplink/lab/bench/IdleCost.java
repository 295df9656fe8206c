package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    /** After the start there is more to do than later. */
    static final Duration SETTLING = Duration.ofSeconds(20);

    private static final String WIREGUARD = "wireguard-go";

    static IdleCost of(Mover mover, Duration time) throws IOException {
        try (Lab lab = Lab.build(OutageRun.NODES)) {
            LabNode client = lab.node(OutageRun.CLIENT);
            mover.start(lab, client);
            Await.pause(SETTLING);
            PathBytes bytes = PathBytes.watch(client);
            List<ProcessorTime> programs = new ArrayList<>();
            List<ProcessorTime> tunnels = new ArrayList<>();
            for (String pid : Command.run(List.of("ip", "netns", "pids", client.namespace()))
                    .lines()
                    .toList()) {
                try {
                    String name =
                            Files.readString(Path.of("/proc", pid, "comm")).strip();
                    (name.equals(WIREGUARD) ? tunnels : programs).add(ProcessorTime.since(Long.parseLong(pid)));
                } catch (IOException _) {
                    // A ping, which is over before we look.
                }
            }
            Await.pause(time);
            return new IdleCost(
                    bytes.count() / 1e6 * Duration.ofDays(1).toSeconds() / time.toSeconds(),
                    percent(programs),
                    percent(tunnels));
        }
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
