package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.meter.Fetches;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.MeshOver;

/** What the tunnels ride decides whether they help. */
@NeedsLab
class UnderlayTest {
    @Test
    void tunnelsThatRideTheDeadWanAreNoWayOutAndNothingSwitches() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            MeshOver.wans(lab);
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(c, List.of(a));
            assertThat(Facts.uplink(c, a).rides()).isEqualTo("wan");
            assertThat(Facts.uplink(c, a).protects()).isEqualTo("rides wan: no help if wan's link dies");
            String since = c.status().since();
            try (Cut _ = c.cut(Fault.BLACKHOLE)) {
                Facts.awaitState(c, "offline");
                Await.pause(Duration.ofSeconds(3));
                Status status = c.status();
                assertThat(status.state()).isEqualTo("offline");
                assertThat(status.reason()).startsWith("all tunnels ride wan");
                assertThat(c.wgctl("status").orThrow().replaceAll("\\s+", " "))
                        .contains("is offline: all tunnels ride wan");
            }
            Facts.awaitState(c, "direct");
            assertThat(c.status().since())
                    .as("it never switched: %s", c.daemonLog(20))
                    .isEqualTo(since);
            assertThat(c.daemonLog(200)).doesNotContain("new flows go by");
            Facts.awaitUplink(c, a, "ready");
        }
    }

    @Test
    void pagesComeAgainThoughTheWaySwallowsLargePacketsWithoutAWord() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(c, List.of(a));
            try (Cut _ = c.cut(Fault.BLACKHOLE);
                    Fetches pages = Fetches.start(c.hostNamespace(), Rescue.TARGET)) {
                Facts.awaitVia(c, a);
                try (Cut narrow = a.cut(Fault.NARROW)) {
                    Duration found = Await.until(
                            "pages come again",
                            Duration.ofSeconds(25),
                            c,
                            () -> Await.Seen.of(
                                    pages.first(narrow.made(), new MonoTime(System.nanoTime())), "none came"));
                    assertThat(found).as("at first none came").isGreaterThan(Duration.ofSeconds(1));
                    assertThat(c.status().via()).isEqualTo("nodeA");
                }
            }
        }
    }

    @Test
    void aTunnelMayRideTheUsersOwnWireGuardNetworkWhosePacketsStayOnTheirLink() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            MeshOver.wireGuard(lab);
            Topology.noTunnelOverTheMesh(lab, MeshOver.WG_PORT);
            MeshSetup.startDaemons(lab);
            MeshSetup.addUplinks(c, List.of(a));
            assertThat(Facts.uplink(c, a).rides()).isEqualTo("wg0");
            assertThat(c.run("cat", "/sys/class/net/wgup-nodeA/mtu").orThrow().strip())
                    .as("1420 of wg0, less 80")
                    .isEqualTo("1340");
            try (Cut _ = c.cut(Fault.BLACKHOLE)) {
                Facts.awaitVia(c, a);
                assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
                assertThat(c.run("ip", "route", "get", "8.8.8.8", "ipproto", "udp", "sport", "51820")
                                .orThrow())
                        .as("an outer packet of wg0 to a far peer never enters an uplink")
                        .contains("dev wan ");
                awaitLargeAnswer(lab, c);
                assertThat(lab.in(Lab.INTERNET, "ip", "route", "get", a.site().wan4(), "from", "8.8.8.8")
                                .orThrow())
                        .as("the server was told by A what fits")
                        .contains("mtu 1340");
                assertThat(c.status().via()).isEqualTo("nodeA");
            }
        }
    }

    /** A server that is asked by a host of the LAN answers with 1400 bytes until the answer gets through. */
    private static void awaitLargeAnswer(Lab lab, LabNode node) throws Exception {
        try (DatagramSocket server = InNamespace.call(
                        lab.inetNamespace(), () -> new DatagramSocket(new InetSocketAddress("8.8.8.8", 7777)));
                DatagramSocket client = InNamespace.call(node.hostNamespace(), DatagramSocket::new)) {
            server.setSoTimeout(2000);
            client.setSoTimeout(500);
            client.send(new DatagramPacket(new byte[1], 1, server.getLocalSocketAddress()));
            var question = new DatagramPacket(new byte[10], 10);
            server.receive(question);
            var answer = new DatagramPacket(new byte[2000], 2000);
            Await.until("1400 bytes get through to a host of " + node.peerId(), Facts.SOON, node, () -> {
                server.send(new DatagramPacket(new byte[1400 - 28], 1400 - 28, question.getSocketAddress()));
                try {
                    client.receive(answer);
                } catch (SocketTimeoutException e) {
                    return Await.Seen.when(false, "no answer");
                }
                return Await.Seen.when(answer.getLength() == 1400 - 28, answer.getLength());
            });
        }
    }
}
