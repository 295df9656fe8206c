package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Uplink;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.MeshOver;

/**
 * A mesh without a network of its own: it meets over the WANs, as nodes in different houses do. C borrows from A; what
 * one test has changed is so in the next.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MeshOverWanTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        // B is who the others look for first
        MeshSetup.found(List.of(b, a, c));
        MeshOver.wans(lab);
        Topology.option(a, "option lease_time '%d'".formatted(LEASE.toSeconds()));
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
    }

    @AfterAll
    void stop() throws Exception {
        lab.close();
    }

    @Test
    @Order(0)
    void withIpv4DeadAndIpv6AliveTheUplinkWorksAndItsLeaseOutlivesTheMesh() throws Exception {
        assertThat(Topology.endpoint(c, a)).startsWith(a.site().wan4());
        assertThat(Facts.uplink(c, a).protects()).contains("no help if wan's link dies");
        List<Facts.Address> leased = Facts.addresses(c, "wgup-nodeA");

        Topology.killIpv4(lab, c);
        Await.until("C reaches A over IPv6", Facts.LATER, c, () -> {
            String at = Topology.endpoint(c, a);
            return Await.Seen.when(at.startsWith("[2001:db8:1::2]:"), at);
        });
        Facts.awaitVia(c, a);
        Await.until("the LAN of C has the exit of A", Facts.SOON, c, () -> {
            String exit = Facts.exitOfLan(c);
            return Await.Seen.when(exit.equals(a.site().wan4()), exit);
        });

        // the mesh has died with IPv4, so that the lease cannot be renewed; the tunnel carries
        Await.pause(LEASE.plusSeconds(2));
        assertThat(c.status().via()).as(c.daemonLog(30)).isEqualTo(a.peerId());
        assertThat(a.status().offering().consumers()).hasSize(1);
        assertThat(Facts.addresses(c, "wgup-nodeA")).isEqualTo(leased);
        assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
    }

    @Test
    @Order(1)
    void aProviderBehindNatCallsItsConsumer() throws Exception {
        Topology.reviveIpv4(lab, c);
        a.stopDaemon();
        a.cleanupDaemon().orThrow();
        Topology.behindNat(lab, a);
        a.startDaemon();
        Await.until("C is called by A", Facts.LATER, c, () -> {
            String at = Topology.endpoint(c, a);
            // the public side of the NAT, of either family: C was reached over IPv6 before
            return Await.Seen.when(at.startsWith("172.31.1.2:") || at.startsWith("[fd31:1::2]:"), at);
        });
        Facts.awaitUplink(c, a, "ready", "active");
    }

    @Test
    @Order(2)
    void withBothBehindNatTheStatusSaysSo() throws Exception {
        Topology.behindNat(lab, c);
        Await.until("C says why A is out of reach", Duration.ofSeconds(90), c, () -> {
            Uplink seen = Facts.uplink(c, a);
            return Await.Seen.when("unreachable: both behind NAT".equals(seen.reason()), seen);
        });
        assertThat(c.wgctl("uplink", "status").orThrow()).contains("unreachable: both behind NAT");
        // who can be called is reached from behind NAT as ever
        MeshSetup.addUplinks(c, List.of(b));
    }
}
