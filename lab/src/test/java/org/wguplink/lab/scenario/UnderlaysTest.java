package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.SecondWan;

/**
 * The ways to a provider: one dies and another is found, and either end may be elsewhere than before. C borrows from A;
 * what one test has changed is so in the next, and it is one lease all the way.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnderlaysTest {
    private Lab lab;
    private LabNode a;
    private LabNode c;
    private SecondWan secondOfA;
    private List<Facts.Address> leased = List.of();
    private String moved = "";

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        a = lab.node("A");
        c = lab.node("C");
        secondOfA = SecondWan.add(lab, a);
        MeshSetup.found(lab);
        Topology.noTunnelOverTheMesh(lab);
        Topology.withoutIpv6(a);
        Topology.option(a, "option listen_port '51820'");
        Topology.option(a, "list endpoint 'home.example.com:51820'");
        Topology.option(a, "list wan 'wan2'");
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
        leased = Facts.addresses(c, "wgup-nodeA");
    }

    @AfterAll
    void stop() throws Exception {
        lab.close();
    }

    @Test
    @Order(0)
    void anEndpointThatDoesNotAnswerIsPassedOver() throws Exception {
        // the one on the mesh comes first
        assertThat(Topology.endpoint(c, a)).isEqualTo(a.site().wan4() + ":51820");
    }

    @Test
    @Order(1)
    void aConsumerThatRoamsGoesOn() throws Exception {
        String roamed = Topology.move(lab, c);
        Await.until("A hears C at " + roamed, Facts.LATER, a, () -> {
            String at = a.run("wg", "show", "wgup-serve", "endpoints").orThrow();
            return Await.Seen.when(at.contains(roamed + ":"), at);
        });
        Facts.awaitUplink(c, a, "ready");
    }

    @Test
    @Order(2)
    void aProviderThatMovesToItsSecondLineIsFollowedThereAndBack() throws Exception {
        try (Cut _ = a.cut(Fault.BLACKHOLE)) {
            awaitEndpoint(secondOfA.address4() + ":51820");
            Facts.awaitUplink(c, a, "ready");
        }
        awaitEndpoint(a.site().wan4() + ":51820");
        Facts.awaitUplink(c, a, "ready");
    }

    @Test
    @Order(3)
    void aProviderWithAnotherAddressIsFollowed() throws Exception {
        moved = Topology.move(lab, a);
        awaitEndpoint(moved + ":51820");
        assertThat(Facts.awaitUplink(c, a, "ready").rides()).isEqualTo("wan");
    }

    @Test
    @Order(4)
    void aWayThatAvoidsTheOwnWanIsTakenWhenThereIsOne() throws Exception {
        Topology.tunnelOverTheMesh(lab);
        // something changes, and it is looked
        c.run("ip", "address", "add", "10.99.99.1/32", "dev", "lan").orThrow();
        Await.until("the tunnel rides mesh0", Facts.LATER, c, () -> {
            Uplink seen = Facts.uplink(c, a);
            return Await.Seen.when("mesh0".equals(seen.rides()) && seen.state().equals("ready"), seen);
        });
    }

    @Test
    @Order(5)
    void theLastWayIsTheAddressThatTheUsersNameStandsFor() throws Exception {
        Topology.noTunnelOverTheMesh(lab);
        Topology.behindNat(lab, c);
        Topology.behindNat(lab, a);
        secondOfA.carrier(false);
        // whatever the name, so says the resolver of C's ISP
        String named = "192.0.2." + (100 + c.site().number());
        Topology.forward(lab, a, named, moved);
        awaitEndpoint(named + ":51820");
        Facts.awaitUplink(c, a, "ready");
        assertThat(Facts.addresses(c, "wgup-nodeA")).as("one lease all the way").isEqualTo(leased);
        assertThat(a.status().offering().consumers()).hasSize(1);
    }

    private void awaitEndpoint(String expected) throws Exception {
        Await.until("the tunnel leads to " + expected, Facts.LATER, c, () -> {
            String at = Topology.endpoint(c, a);
            return Await.Seen.when(at.equals(expected), at);
        });
    }
}
