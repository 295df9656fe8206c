package org.wguplink.lab.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.NodeSettings;
import org.wguplink.mesh.gossip.Mesh;
import org.wguplink.mesh.gossip.MeshListener;
import org.wguplink.mesh.gossip.MeshSettings;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;
import org.wguplink.mesh.roster.RosterFile;

/** A member of the roster that says what it likes, signed with its own key: a process in the place of its daemon. */
final class HostileMember implements AutoCloseable {
    private final Process process;
    private final PrintStream orders;

    private HostileMember(Process process) {
        this.process = process;
        this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static HostileMember join(LabNode node, LabNode seed) throws IOException {
        List<String> args = new ArrayList<>(List.of("ip", "netns", "exec", node.namespace()));
        args.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        args.add("--sun-misc-unsafe-memory-access=allow");
        args.addAll(List.of("-cp", System.getProperty("java.class.path"), HostileMember.class.getName()));
        args.add(node.root().resolve("etc/wireguard-uplink").toString());
        args.addAll(List.of(node.peerId(), node.site().mesh4(), seed.site().mesh4()));
        return new HostileMember(new ProcessBuilder(args)
                .redirectErrorStream(true)
                .redirectOutput(node.root().resolve("hostile.log").toFile())
                .start());
    }

    /** @param bandwidthMbps by which the offer is known again */
    void offer(long sequence, Instant issued, Duration validity, int bandwidthMbps) {
        orders.println("%d %s %s %d".formatted(sequence, issued, validity, bandwidthMbps));
    }

    @Override
    public void close() {
        orders.close();
        process.destroyForcibly();
    }

    /** The process: keys, own id, own address, a seed's address; then an offer a line on standard input. */
    public static void main(String[] args) throws Exception {
        Path keys = Path.of(args[0]);
        Identity self = Identity.load(keys).orElseThrow();
        Roster roster = RosterFile.load(keys).orElseThrow();
        var settings = new MeshSettings(
                InetAddress.ofLiteral(args[2]),
                NodeSettings.MESH_PORT,
                List.of(Endpoint.parse(args[3] + ":" + NodeSettings.MESH_PORT)));
        try (Mesh mesh = Mesh.start(settings, self, () -> roster, new Deaf());
                var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine())
                mesh.publish(offer(args[1], order.split(" ")));
        }
    }

    private static Offer offer(String by, String[] order) {
        Instant issued = Instant.parse(order[1]);
        return new Offer(
                new PeerId(by),
                Long.parseLong(order[0]),
                issued,
                issued.plus(Duration.parse(order[2])),
                new Capabilities(Integer.parseInt(order[3]), 1, WanType.FIBER, true),
                "",
                Endpoint.parse("192.0.2.66:51820"),
                WireGuardKey.of(new byte[WireGuardKey.LENGTH]));
    }

    private static final class Deaf implements MeshListener {
        @Override
        public void offerHeard(Offer offer, String document) {}

        @Override
        public CompletionStage<LeaseAnswer> leaseRequested(LeaseRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public void leaseReleased(LeaseRelease release) {}

        @Override
        public void membersChanged(Set<PeerId> present) {}

        @Override
        public void refused(String what, String why) {}
    }
}
