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
 * BIRD 2 with a static default route by the own WAN, which follows its carrier, and one by each tunnel, which follows a BFD
 * session (RFC 5880) with the provider.
 */
final class Bird implements Mover {
    private static final Program BIRD = new Program("usr/sbin/bird", "bird2");
    private static final Program CONTROL = new Program("usr/sbin/birdc", "bird2");
    private static final int OWN_PREFERENCE = 250;
    private static final Duration SESSIONS = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "bird";
    }

    @Override
    public String setup() {
        return "in tunnels that are always up; static default routes, by the WAN with its carrier checked, by each tunnel"
                + " with BFD at 50 ms x 3";
    }

    @Override
    public String version() throws IOException {
        return BIRD.version("--version");
    }

    @Override
    public void start(Lab lab, LabNode client) throws IOException {
        List<Tunnel> tunnels = Tunnel.make(lab, client);
        StringBuilder own = new StringBuilder(bfd(""));
        own.append("""
                protocol kernel { metric 20; ipv4 { import none; export all; }; }
                protocol static wan { ipv4 { preference %d; }; check link yes; route 0.0.0.0/0 via %s; }
                """.formatted(OWN_PREFERENCE, client.site().wanGateway4()));
        for (Tunnel tunnel : tunnels) {
            own.append("protocol static { ipv4 { preference %d; }; route 0.0.0.0/0 via %s bfd; }\n"
                    .formatted(OWN_PREFERENCE - tunnel.rank(), tunnel.providerAddress()));
            run(
                    tunnel.provider(),
                    bfd("neighbor %s dev \"%s\" local %s;"
                            .formatted(tunnel.address(), tunnel.providerDevice(), tunnel.providerAddress())));
        }
        run(client, own.toString());
        Await.until("BIRD has a BFD session with each provider", SESSIONS, client, () -> {
            String sessions = client.run(CONTROL.with("-s", socket(client), "show", "bfd", "sessions")
                            .toArray(String[]::new))
                    .out();
            return Await.Seen.when(
                    tunnels.stream()
                            .allMatch(t -> sessions.lines()
                                    .anyMatch(line -> line.contains(t.device() + " ") && line.contains(" Up "))),
                    sessions);
        });
    }

    /** @param neighbour a session that no route asks for */
    private static String bfd(String neighbour) {
        return """
                protocol bfd {
                    interface "tun*" { interval 50 ms; multiplier 3; };
                    %s
                }
                """.formatted(neighbour);
    }

    private static void run(LabNode node, String config) throws IOException {
        Path file = node.root().resolve("bird.conf");
        Files.writeString(file, """
                router id %s;
                log stderr all;
                protocol device { scan time 2; }
                """.formatted(node.site().mesh4()) + config);
        node.startInstead(BIRD.with(
                "-f",
                "-c",
                file.toString(),
                "-s",
                socket(node),
                "-P",
                node.root().resolve("bird.pid").toString()));
    }

    private static String socket(LabNode node) {
        return node.root().resolve("bird.ctl").toString();
    }
}
