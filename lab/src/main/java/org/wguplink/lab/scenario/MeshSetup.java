package org.wguplink.lab.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.wguplink.cli.Wgctl;
import org.wguplink.control.Status;
import org.wguplink.control.Uplink;
import org.wguplink.core.offer.WanType;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabException;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.NodeSettings;

/** Founds the mesh as its users do: the first node holds the master key and approves the others. */
public final class MeshSetup {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration GOSSIP = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(45);
    private static final List<NodeSettings> LINES = List.of(
            NodeSettings.line(100, WanType.FIBER),
            NodeSettings.line(50, WanType.CABLE),
            NodeSettings.line(100, WanType.FIBER),
            NodeSettings.line(20, WanType.LTE));

    private MeshSetup() {}

    /** What the node at that place in the lab is given for a line. */
    public static NodeSettings settings(int index) {
        return LINES.get(index % LINES.size());
    }

    /** Writes every node's configuration and gives it the signed roster. */
    public static void found(Lab lab) throws IOException {
        found(lab.nodes());
    }

    /** The same for some nodes of a lab. */
    public static void found(List<LabNode> nodes) throws IOException {
        found(nodes, MeshSetup::settings);
    }

    /** The same with settings of their own, by the node's place in the list. */
    public static void found(List<LabNode> nodes, IntFunction<NodeSettings> settings) throws IOException {
        LabNode founder = nodes.getFirst();
        for (int i = 0; i < nodes.size(); i++)
            nodes.get(i)
                    .writeConfig(settings.apply(i), nodes.get(i == 0 ? 1 : 0).site());
        wgctl(founder, "mesh", "init");
        for (LabNode node : nodes.subList(1, nodes.size())) {
            Path id = node.root().resolve("id.json");
            Files.writeString(id, wgctl(node, "mesh", "id"));
            wgctl(founder, "mesh", "approve", id.toString());
        }
        Path roster = founder.root().resolve("etc/wireguard-uplink/roster.jws");
        for (LabNode node : nodes.subList(1, nodes.size())) {
            Path copy = node.root().resolve("roster.jws");
            Files.copy(roster, copy, StandardCopyOption.REPLACE_EXISTING);
            wgctl(node, "mesh", "import", "--yes", copy.toString());
        }
    }

    /** Starts every daemon, and waits until each knows the offers of all others. */
    public static void startDaemons(Lab lab) throws IOException {
        startDaemons(lab.nodes());
    }

    /** The same for the nodes of one mesh. */
    public static void startDaemons(List<LabNode> nodes) throws IOException {
        for (LabNode node : nodes) node.startDaemon();
        for (LabNode node : nodes) awaitAnswer(node);
        int others = nodes.size() - 1;
        for (LabNode node : nodes)
            Await.until("%s hears %d offers".formatted(node.peerId(), others), GOSSIP, node, () -> {
                List<Uplink> heard = node.status().uplinks().stream()
                        .filter(uplink -> !uplink.state().equals("unavailable"))
                        .toList();
                return Await.Seen.when(heard.size() >= others, heard);
            });
    }

    /** Waits until the daemon of a node, started just now, says its state. */
    public static void awaitAnswer(LabNode node) throws IOException {
        Await.until("uplinkd of %s answers".formatted(node.peerId()), START, node, () -> {
            if (!node.isDaemonAlive()) throw new NotReached("it ended");
            return Await.Seen.when(!node.status().version().isEmpty(), "no version");
        });
    }

    /** What wgctl says, called within this process: it needs the node's files and socket alone, and no start of its own. */
    private static String wgctl(LabNode node, String... args) throws LabException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("--root", node.root().toString()));
        all.addAll(List.of(args));
        int exit = Wgctl.run(
                all.toArray(String[]::new),
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        if (exit != 0)
            throw new LabException("%s: wgctl %s: %s"
                    .formatted(node.peerId(), String.join(" ", args), err.toString(StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Adds providers with a weight that falls in the order given, and waits until all of them are ready. */
    public static void addUplinks(LabNode consumer, List<LabNode> providers) throws IOException {
        int weight = 10 * providers.size();
        for (LabNode provider : providers) {
            wgctl(consumer, "uplink", "add", provider.peerId(), "--yes");
            wgctl(consumer, "uplink", "priority", provider.peerId(), Integer.toString(weight));
            weight -= 10;
        }
        for (LabNode provider : providers)
            Await.until(
                    "%s is ready at %s".formatted(provider.peerId(), consumer.peerId()),
                    LEASE,
                    consumer,
                    () -> isReady(consumer.status(), provider));
    }

    private static Await.Seen<Boolean> isReady(Status status, LabNode provider) {
        boolean ready = status.uplinks().stream()
                .anyMatch(uplink -> uplink.peerId().equals(provider.peerId())
                        && (uplink.state().equals("ready") || uplink.state().equals("active")));
        return Await.Seen.when(ready, status.uplinks());
    }
}
