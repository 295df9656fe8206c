package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Uplink;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** The ways to a provider: one dies and another is found, and either end may be elsewhere than before. */
@NeedsLab
class UnderlaysTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    @Test
    void aMeshOverTheWanWithItsIpv4DeadAndItsIpv6Alive() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            Topology.meshOverTheWans(lab);
            Topology.option(a, "option lease_time '%d'".formatted(LEASE.toSeconds()));
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(c, List.of(a));
            assertThat(endpoint(c, a)).startsWith(a.site().wan4());
            assertThat(Facts.uplink(c, a).protects()).contains("no help if wan's link dies");
            List<Facts.Address> leased = Facts.addresses(c, "wgup-nodeA");

            Topology.killIpv4(lab, c);
            Await.until("C reaches A over IPv6", Facts.LATER, c, () -> {
                String at = endpoint(c, a);
                return Await.Seen.when(at.startsWith("[2001:db8:1::2]:"), at);
            });
            Facts.awaitVia(c, a);
            Await.until("the LAN of C has the exit of A", Facts.SOON, c, () -> {
                String exit = Facts.exitOfLan(c);
                return Await.Seen.when(exit.equals(a.site().wan4()), exit);
            });

            // the mesh has died with the WAN, so that the lease cannot be renewed; the tunnel carries
            Await.pause(LEASE.plusSeconds(5));
            assertThat(c.status().via()).as(c.daemonLog(30)).isEqualTo(a.peerId());
            assertThat(a.status().offering().consumers()).hasSize(1);
            assertThat(Facts.addresses(c, "wgup-nodeA")).isEqualTo(leased);
            assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
        }
    }

    @Test
    void whoMovesIsFollowedAndWhatIsBetterIsFound() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            Topology.noTunnelOverTheMesh(lab);
            Topology.withoutIpv6(a);
            Topology.option(a, "option listen_port '51820'");
            Topology.option(a, "list endpoint 'home.example.com:51820'");
            MeshSetup.startDaemons(lab);
            // the endpoint on the mesh is tried first, and in vain
            MeshSetup.addUplinks(c, List.of(a));
            assertThat(endpoint(c, a)).isEqualTo(a.site().wan4() + ":51820");
            List<Facts.Address> leased = Facts.addresses(c, "wgup-nodeA");

            String roamed = Topology.move(lab, c);
            Await.until("A hears C at " + roamed, Facts.LATER, a, () -> {
                String at = a.run("wg", "show", "wgup-serve", "endpoints").orThrow();
                return Await.Seen.when(at.contains(roamed + ":"), at);
            });
            String moved = Topology.move(lab, a);
            awaitEndpoint(c, a, moved + ":51820");
            assertThat(Facts.awaitUplink(c, a, "ready").rides()).isEqualTo("wan");

            // something changes, and it is looked for a way that avoids the own WAN
            Topology.tunnelOverTheMesh(lab);
            c.run("ip", "address", "add", "10.99.99.1/32", "dev", "lan").orThrow();
            Await.until("the tunnel rides mesh0", Facts.LATER, c, () -> {
                Uplink seen = Facts.uplink(c, a);
                return Await.Seen.when(
                        "mesh0".equals(seen.rides()) && seen.state().equals("ready"), seen);
            });

            // and now there is but the address that the user's name stands for
            Topology.noTunnelOverTheMesh(lab);
            Topology.behindNat(lab, c);
            Topology.behindNat(lab, a);
            Topology.forward(lab, a, "192.0.2.1", moved);
            awaitEndpoint(c, a, "192.0.2.1:51820");
            Facts.awaitUplink(c, a, "ready");
            assertThat(Facts.addresses(c, "wgup-nodeA"))
                    .as("one lease all the way")
                    .isEqualTo(leased);
            assertThat(a.status().offering().consumers()).hasSize(1);
        }
    }

    @Test
    void aProviderBehindNatAndThenBoth() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B", "C"))) {
            LabNode a = lab.node("A");
            LabNode b = lab.node("B");
            LabNode c = lab.node("C");
            MeshSetup.found(List.of(b, a, c)); // B is who the others look for first
            Topology.meshOverTheWans(lab);
            Topology.behindNat(lab, a);
            MeshSetup.startDaemons(List.of(b, a, c));

            MeshSetup.addUplinks(c, List.of(a));
            assertThat(endpoint(c, a)).as("who called").startsWith("172.31.1.2:");

            c.stopDaemon();
            c.cleanupDaemon().orThrow();
            Topology.behindNat(lab, c);
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Await.until("C says why A is out of reach", Duration.ofSeconds(60), c, () -> {
                Uplink seen = Facts.uplink(c, a);
                return Await.Seen.when("unreachable: both behind NAT".equals(seen.reason()), seen);
            });
            assertThat(c.wgctl("uplink", "list").orThrow()).contains("unreachable: both behind NAT");
            // who can be called is reached from behind NAT as ever
            MeshSetup.addUplinks(c, List.of(b));
        }
    }

    private static String endpoint(LabNode consumer, LabNode provider) throws IOException {
        return wireGuard(consumer, provider, "endpoints");
    }

    private static void awaitEndpoint(LabNode consumer, LabNode provider, String expected) throws IOException {
        Await.until("the tunnel leads to " + expected, Facts.LATER, consumer, () -> {
            String at = endpoint(consumer, provider);
            return Await.Seen.when(at.equals(expected), at);
        });
    }

    /** What {@code wg show} says of the only peer, after its key. */
    private static String wireGuard(LabNode consumer, LabNode provider, String what) throws IOException {
        String line =
                consumer.run("wg", "show", "wgup-" + provider.peerId(), what).orThrow();
        return line.substring(line.indexOf('\t') + 1).strip();
    }
}
