package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * What becomes of connections, in one story of C, whose WAN and whose uplinks A and B die and return. The internet says
 * nothing to segments of connections that it does not know, so that only C itself can tell its hosts.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsTest {
    private static final String SERVER4 = "8.8.8.8";
    private static final String SERVER6 = "2001:4860:4860::8888";
    private static final int SERVICE = 5300;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private final Map<LabNode, Cut> cuts = new HashMap<>();
    private List<TcpClient> pinnedToB = List.of();

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        lab.in(
                        "inet",
                        "nft",
                        "table inet silent { chain in { type filter hook input priority 0;"
                                + " ct state new tcp flags & syn == 0 drop; ct state invalid drop; }; }")
                .orThrow();
        open.add(TcpClient.Server.start(lab.inetNamespace()));
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a, b));
    }

    @AfterAll
    void close() throws Exception {
        for (AutoCloseable each : open) each.close();
        lab.close();
    }

    @Test
    @Order(1)
    void whenTheWanDiesUdpMovesAndEveryTcpClientIsReset() throws Exception {
        List<TcpClient> clients = clients();
        try (OutageMeter v4 = OutageMeter.start(c.hostNamespace(), SERVER4, OutageMeter.BEAT);
                OutageMeter v6 = OutageMeter.start(c.hostNamespace(), SERVER6, OutageMeter.BEAT);
                TcpClient own = TcpClient.connect(c.namespace(), SERVER4, TcpClient.Work.WAIT)) {
            awaitExit(v4, c);
            awaitExit(v6, c);
            cut(c);
            awaitReset(clients);
            awaitExit(v4, a);
            awaitExit(v6, a);
            Await.until("the router's own connection has ended", Facts.SOON, c, () -> Await.Seen.of(own.end(), own));
        }
        Facts.awaitVia(c, a);
    }

    @Test
    @Order(2)
    void aDrainedUplinkIsLeftAndWhatIsOnItEndsWhenItsTimeIsOver() throws Exception {
        List<TcpClient> clients = clients();
        String said = c.wgctl("uplink", "drain", a.peerId()).orThrow();
        assertThat(said).contains("new flows go by nodeB instead of nodeA; what is left on it ends within 600 s");
        Facts.awaitVia(c, b);
        try (OutageMeter fresh = OutageMeter.start(c.hostNamespace(), SERVER4, OutageMeter.BEAT)) {
            awaitExit(fresh, b);
        }
        // a restart forgets no drain
        c.stopDaemon();
        c.startDaemon();
        Facts.awaitUplink(c, a, "ready", "active");
        Await.pause(Duration.ofSeconds(2));
        assertThat(c.status().via()).isEqualTo(b.peerId());
        assertThat(clients).allMatch(client -> client.end().isEmpty());
        assertThat(c.wgctl("uplink", "drain", a.peerId(), "--now").orThrow()).contains("what is left on it ends now");
        awaitReset(clients);
        assertThat(c.wgctl("uplink", "drain", a.peerId(), "--undo").orThrow()).contains("may be used again");
        Facts.awaitVia(c, a);
    }

    @Test
    @Order(3)
    void whenTheProvidersWanDiesEveryTcpClientIsReset() throws Exception {
        List<TcpClient> clients = clients();
        cut(a);
        awaitReset(clients);
        Facts.awaitVia(c, b);
    }

    /** The WAN carries everything but probes, so that C stays on its uplink for as long as this takes. */
    @Test
    @Order(4)
    void aUdpServiceOfTheRouterAnswersFromTheWanWhileNewFlowsTakeAnUplink() throws Exception {
        lab.in(
                        "ispC",
                        "nft",
                        "table inet deaf { chain f { type filter hook forward priority 0;"
                                + " icmp type echo-request drop; icmpv6 type echo-request drop;"
                                + " th dport { 53, 443 } drop; }; }")
                .orThrow();
        heal(c);
        try (DatagramSocket service = InNamespace.call(c.namespace(), () -> new DatagramSocket(SERVICE))) {
            Thread.ofPlatform().daemon().start(() -> giveBack(service));
            for (List<String> ways : List.of(
                    List.of(SERVER4, c.site().wan4()), List.of(SERVER6, c.site().wan6())))
                Await.until("C's service answers at " + ways.getLast(), Facts.SOON, c, () -> {
                    boolean answered = isAnswered(ways.getFirst(), ways.getLast());
                    return Await.Seen.when(answered, "no answer");
                });
        }
        assertThat(c.status().via()).isEqualTo(b.peerId());
    }

    @Test
    @Order(5)
    void atFailbackConnectionsOfTheUplinkLiveOn() throws Exception {
        pinnedToB = clients();
        lab.in("ispC", "nft", "delete table inet deaf").orThrow();
        Facts.awaitState(c, "direct");
        for (TcpClient client : pinnedToB) {
            if (client.work() == TcpClient.Work.WAIT) {
                assertThat(client.isAnswered()).as("%s", client).isTrue();
            } else {
                long before = client.bytes();
                Await.until(
                        "it goes on", Facts.SOON, c, () -> Await.Seen.when(client.bytes() > before + 20_000, client));
            }
            assertThat(client.end()).isEmpty();
        }
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
    }

    @Test
    @Order(6)
    void whenAnUplinkDiesThatIsOnlyStillInUseItsTcpClientsAreReset() throws Exception {
        heal(a);
        new HandEdit(c).option("min_uplinks", "1");
        Facts.awaitUplink(c, a, "ready");
        assertThat(why(b))
                .as("its flows keep its tunnel, though one uplink is enough")
                .doesNotContain("its tunnel goes");
        cut(b);
        awaitReset(pinnedToB);
        assertThat(c.status().state()).isEqualTo("direct");
    }

    @Test
    @Order(7)
    void anotherUplinkIsMadeReadyForOneThatIsToBeLeft() throws Exception {
        heal(b);
        // nothing of it is left that would keep its tunnel
        c.wgctl("uplink", "drain", b.peerId(), "--now").orThrow();
        c.wgctl("uplink", "drain", b.peerId(), "--undo").orThrow();
        awaitWhy(b, "its tunnel goes");
        c.wgctl("uplink", "drain", a.peerId()).orThrow();
        assertThat(why(b)).doesNotContain("its tunnel goes");
        c.wgctl("uplink", "drain", a.peerId(), "--undo").orThrow();
        assertThat(why(b)).contains("its tunnel goes");
    }

    @Test
    @Order(8)
    void whenTheCarrierIsLostEveryTcpClientIsReset() throws Exception {
        Facts.awaitUplink(c, a, "ready");
        List<TcpClient> clients = clients();
        try (Cut _ = c.cut(Fault.CARRIER)) {
            awaitReset(clients);
        }
    }

    private String why(LabNode provider) throws IOException {
        return c.wgctl("uplink", "why", provider.peerId()).orThrow();
    }

    private void awaitWhy(LabNode provider, String part) throws IOException {
        Await.until(part, Facts.LATER, c, () -> Await.Seen.when(why(provider).contains(part), why(provider)));
    }

    private void cut(LabNode node) throws IOException {
        cuts.put(node, node.cut(Fault.BLACKHOLE));
    }

    private void heal(LabNode node) throws IOException {
        Cut cut = cuts.remove(node);
        if (cut != null) cut.close();
    }

    /** One of each kind in C's LAN, and one over IPv6. */
    private List<TcpClient> clients() throws IOException {
        List<TcpClient> clients = new ArrayList<>();
        for (TcpClient.Work work : TcpClient.Work.values())
            clients.add(TcpClient.connect(c.hostNamespace(), SERVER4, work));
        clients.add(TcpClient.connect(c.hostNamespace(), SERVER6, TcpClient.Work.WAIT));
        open.addAll(clients);
        Await.pause(Duration.ofMillis(300));
        return clients;
    }

    private void awaitReset(List<TcpClient> clients) throws IOException {
        Await.until(
                "every client has ended",
                Facts.LATER,
                c,
                () -> Await.Seen.when(
                        clients.stream().allMatch(client -> client.end().isPresent()), clients));
        for (TcpClient client : clients)
            assertThat(client.end().orElseThrow().why()).as("%s", client).containsIgnoringCase("reset");
    }

    private void awaitExit(OutageMeter meter, LabNode exit) throws IOException {
        Await.until("the flow leaves by " + exit.name(), Facts.LATER, c, () -> {
            var latest = meter.timeline(Duration.ofSeconds(1));
            return Await.Seen.of(latest.steadySince(exit.site().number()), latest.exits(latest.now()));
        });
    }

    private boolean isAnswered(String asker, String asked) throws IOException {
        try (DatagramSocket client = InNamespace.call(
                lab.inetNamespace(),
                () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(asker), 0)))) {
            client.setSoTimeout(1000);
            // takes an answer from that address alone
            client.connect(InetAddress.ofLiteral(asked), SERVICE);
            client.send(new DatagramPacket(new byte[100], 100));
            client.receive(new DatagramPacket(new byte[100], 100));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static void giveBack(DatagramSocket service) {
        var question = new DatagramPacket(new byte[1000], 1000);
        try {
            while (true) {
                service.receive(question);
                service.send(question);
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }
}
