package org.wguplink.lab.mover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;

/**
 * babeld(8) in the tunnels. Each node redistributes the default route of its WAN (of protocol static, 4), B's at a higher
 * metric than A's; the client's own hides theirs for as long as it is there.
 */
final class Babeld implements Mover {
    private static final Program BABELD = new Program("usr/sbin/babeld", "babeld");
    private static final int CONTROL_PORT = 33123;
    private static final Duration CONVERGENCE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "babeld";
    }

    @Override
    public String setup() {
        return "in tunnels that are always up; default routes redistributed, a hello every 0.2 s, an update every second"
                + " (by default 4 s and 16 s)";
    }

    @Override
    public String version() throws IOException {
        return BABELD.version("-V");
    }

    @Override
    public void start(Lab lab, LabNode client) throws IOException {
        List<Tunnel> tunnels = Tunnel.make(lab, client);
        StringBuilder own =
                new StringBuilder("redistribute ip 0.0.0.0/0 eq 0 proto 4 allow\nout ip 0.0.0.0/0 eq 0 deny\n");
        for (Tunnel tunnel : tunnels) {
            own.append(speakOn(tunnel.device()));
            run(
                    tunnel.provider(),
                    "redistribute ip 0.0.0.0/0 eq 0 proto 4 metric %d\n".formatted(128 * tunnel.rank())
                            + speakOn(tunnel.providerDevice()));
        }
        run(client, own.toString());
        for (Tunnel tunnel : tunnels)
            Await.until("babeld knows a default route by " + tunnel.device(), CONVERGENCE, client, () -> {
                String known = dump(client);
                boolean there = known.lines()
                        .anyMatch(
                                line -> line.contains(" prefix 0.0.0.0/0 ") && line.endsWith(" if " + tunnel.device()));
                return Await.Seen.when(there, known);
            });
    }

    private static String speakOn(String device) {
        return "interface %s type tunnel hello-interval 0.2 update-interval 1\n".formatted(device);
    }

    private static void run(LabNode node, String config) throws IOException {
        Path file = node.root().resolve("babeld.conf");
        Files.writeString(file, "local-port %d\nredistribute local deny\n".formatted(CONTROL_PORT) + config);
        node.startInstead(BABELD.with(
                "-c",
                file.toString(),
                "-I",
                node.root().resolve("babeld.pid").toString(),
                "-S",
                node.root().resolve("babeld.state").toString()));
    }

    /** What babeld's control port tells of its routes. */
    private static String dump(LabNode node) throws IOException {
        return node.run(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/::1/%d && printf 'dump\\nquit\\n' >&3 && timeout 2 cat <&3"
                                .formatted(CONTROL_PORT))
                .out();
    }
}
