package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.control.TestResult;
import org.wguplink.control.Uplink;
import org.wguplink.control.UplinkList;
import org.wguplink.control.Why;
import org.wguplink.control.Wire;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InternetServers;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * The commands on real nodes: A, B and C are a mesh, C borrows; D founded a mesh of its own on the same underlay. In an
 * order, so that each WAN dies once: a second hold-down would be a minute.
 */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsTest {
    private static final int REFUSED = 1;
    /** curl(1): "Failed to connect to host", which is not 28, a timeout. */
    private static final int CURL_REFUSED = 7;

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private LabNode stranger;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C", "D"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        stranger = lab.node("D");
        List<LabNode> mesh = List.of(a, b, c);
        MeshSetup.found(mesh);
        stranger.writeConfig(MeshSetup.settings(3), a.site());
        stranger.wgctl("mesh", "init").orThrow();
        stranger.startDaemon();
        MeshSetup.startDaemons(mesh);
        MeshSetup.addUplinks(c, List.of(a, b));
        MeshSetup.addUplinks(b, List.of(a));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void everyNodeListsTheOthersAndItsStatusSaysTheSame() throws Exception {
        for (LabNode node : List.of(a, b, c)) {
            UplinkList list = Wire.decode(
                    UplinkList.class, node.wgctl("--json", "uplink", "list").orThrow());
            Status status = node.wgctlStatus();
            assertThat(list.uplinks())
                    .extracting(Uplink::peerId)
                    .as("as %s lists them", node.peerId())
                    .containsExactlyInAnyOrderElementsOf(List.of(a, b, c).stream()
                            .filter(other -> other != node)
                            .map(LabNode::peerId)
                            .toList());
            assertThat(status.peerId()).isEqualTo(node.peerId());
            assertThat(status.state()).isEqualTo("direct");
            assertThat(status.wan().device()).isEqualTo("wan");
            assertThat(status.wan().state()).isEqualTo("up");
            assertThat(status.mesh().rosterNodes()).isEqualTo(3);
            assertThat(status.uplinks())
                    .extracting(Uplink::peerId)
                    .isEqualTo(list.uplinks().stream().map(Uplink::peerId).toList());
            Status written = node.stateFile();
            assertThat(written.pid()).isEqualTo(status.pid());
            assertThat(written.state()).isEqualTo("direct");
        }
        Uplink first = c.wgctlStatus().uplinks().getFirst();
        assertThat(first.peerId()).isEqualTo("nodeA");
        assertThat(first.added()).isTrue();
        assertThat(first.state()).isEqualTo("ready");
        assertThat(first.weight()).isEqualTo(20);
        assertThat(first.bandwidthMbps()).isEqualTo(100);
        assertThat(first.wanType()).isEqualTo("fiber");
        assertThat(first.device()).isEqualTo("wgup-nodeA");
        assertThat(first.rides()).isEqualTo("mesh0");
        assertThat(first.latencyMs()).isNotNull();
        assertThat(first.leaseExpiresInS()).isBetween(1L, 600L);
    }

    @Test
    @Order(2)
    void aTestReachesTheInternetThroughTheTunnelWhileTheOwnWanIsUp() throws Exception {
        TestResult result = test(c.wgctl("--json", "uplink", "test", "nodeA"), 0);
        assertThat(result.success()).isTrue();
        assertThat(result.device()).isEqualTo("wgup-nodeA");
        assertThat(result.received()).isEqualTo(result.sent()).isPositive();
        assertThat(c.status().state()).isEqualTo("direct");
    }

    @Test
    @Order(3)
    void everyConsumerHasAddressesOfItsOwnThatNobodyUses() throws Exception {
        Set<InetAddress> leased = new HashSet<>();
        for (LabNode consumer : List.of(b, c)) {
            List<Facts.Address> own = Facts.addresses(consumer, "wgup-nodeA").stream()
                    .filter(address -> !address.value().isLinkLocalAddress())
                    .toList();
            assertThat(own)
                    .extracting(Facts.Address::prefixLength)
                    .as("of %s: %s", consumer.peerId(), own)
                    .containsExactlyInAnyOrder(32, 128);
            List<InetNetwork> used = Facts.prefixesInUse(consumer, "wgup-nodeA");
            assertThat(used).as("prefixes in use at %s", consumer.peerId()).hasSizeGreaterThanOrEqualTo(6);
            for (Facts.Address address : own) {
                assertThat(used).noneMatch(prefix -> prefix.contains(address.value()));
                assertThat(leased.add(address.value()))
                        .as("%s is leased once", address)
                        .isTrue();
            }
        }
        assertThat(a.status().offering().consumers())
                .extracting(Status.Consumer::peerId)
                .containsExactlyInAnyOrder("nodeB", "nodeC");
        for (Status.Consumer consumer : a.status().offering().consumers())
            assertThat(leased).contains(InetAddress.ofLiteral(consumer.address()));
    }

    @Test
    @Order(4)
    void aProviderGivesItsWanAndNothingElse() throws Exception {
        String tunnel = "wgup-nodeA";
        List<String> closed =
                List.of(a.site().lan4(), a.site().wan4(), a.site().mesh4(), provider4(), "fd01:1::1", "fd00:250::1");
        try (InternetServers _ = InternetServers.start(
                        a.hostNamespace(), List.of(a.site().host4()));
                InternetServers _ = InternetServers.start(a.namespace(), closed)) {
            assertThat(a.run("curl", "-s", "-m", "2", "http://" + a.site().host4())
                            .exit())
                    .as("A itself reaches its LAN host")
                    .isZero();
            assertThat(b.run("curl", "-s", "-m", "2", "http://" + a.site().mesh4())
                            .exit())
                    .as("A's mesh address answers on the mesh")
                    .isZero();
            assertThat(Facts.get(c, tunnel, "http://8.8.8.8/").out().strip())
                    .isEqualTo(a.site().wan4());
            assertThat(Facts.get(c, tunnel, "http://[2001:4860:4860::8888]/")
                            .out()
                            .strip())
                    .isEqualTo("2001:db8:1:0:0:0:0:2");
            for (String target : closed) assertRefused(tunnel, target);
            assertRefused(tunnel, a.site().host4());
            assertRefused(tunnel, b.site().mesh4());
            assertRefused(tunnel, a.site().wanGateway4());
        }
    }

    @Test
    @Order(5)
    void anUnknownPeerIsRefused() throws Exception {
        Command.Result result = c.wgctl("uplink", "add", "nobody", "--yes");
        assertThat(result.exit()).isEqualTo(REFUSED);
        assertThat(result.err()).contains("'nobody' is not in the roster of this mesh");
        for (List<String> args : List.of(
                List.of("uplink", "test", "nobody"),
                List.of("uplink", "remove", "nobody"),
                List.of("uplink", "priority", "nobody", "5"))) {
            result = c.wgctl(args.toArray(String[]::new));
            assertThat(result.exit()).as("%s: %s", args, result).isEqualTo(REFUSED);
            assertThat(result.err()).contains("nobody");
        }
        assertThat(c.status().uplinks()).hasSize(2);
    }

    @Test
    @Order(6)
    void aNodeOfAnotherMeshIsNeitherHeardNorServed() throws Exception {
        assertThat(stranger.status().mesh().rosterNodes()).isEqualTo(1);
        assertThat(stranger.status().uplinks()).isEmpty();
        for (LabNode node : List.of(a, b, c)) {
            assertThat(node.status().uplinks()).extracting(Uplink::peerId).doesNotContain("nodeD");
            assertThat(node.status().mesh().members()).isLessThanOrEqualTo(3);
            assertThat(node.status().offering().consumers())
                    .extracting(Status.Consumer::peerId)
                    .doesNotContain("nodeD");
        }
        Command.Result result = stranger.wgctl("uplink", "add", "nodeA", "--yes");
        assertThat(result.exit()).isEqualTo(REFUSED);
        assertThat(result.err()).contains("'nodeA' is not in the roster of this mesh");
        result = c.wgctl("uplink", "add", "nodeD", "--yes");
        assertThat(result.exit()).isEqualTo(REFUSED);
        assertThat(Facts.lasting(Facts.ourDevices(stranger))).allMatch(device -> device.equals("wgup-serve"));
    }

    @Test
    @Order(7)
    void thePriorityReordersTheUplinks() throws Exception {
        assertThat(order(c)).containsExactly("nodeA", "nodeB");
        c.wgctl("uplink", "priority", "nodeB", "900").orThrow();
        assertThat(order(c)).containsExactly("nodeB", "nodeA");
        assertThat(Facts.uplink(c, b).weight()).isEqualTo(900);
        c.wgctl("uplink", "priority", "nodeB", "10").orThrow();
        assertThat(order(c)).containsExactly("nodeA", "nodeB");
        assertThat(c.wgctl("uplink", "priority", "nodeB", "0").exit()).isNotZero();
        assertThat(c.status().state()).isEqualTo("direct");
    }

    @Test
    @Order(8)
    void aWithdrawnOfferMakesTheUplinkUnavailableAndAnOfferBringsItBack() throws Exception {
        b.wgctl("uplink", "withdraw").orThrow();
        Uplink gone = Facts.awaitUplink(c, b, "unavailable");
        assertThat(gone.reason()).isNotBlank();
        assertThat(b.status().offering().wanted()).isFalse();
        b.wgctl("uplink", "offer").orThrow();
        Facts.awaitUplink(c, b, "ready");
        assertThat(b.status().offering().active()).isTrue();
    }

    @Test
    @Order(9)
    void whyNamesWhatDecided() throws Exception {
        Why why = why();
        assertThat(why.state()).isEqualTo("direct");
        assertThat(why.inUse()).isEqualTo("wan");
        assertThat(why.next()).isEqualTo("nodeA");
        assertThat(why.paths())
                .extracting(p -> p.name() + " " + p.state())
                .startsWith("wan in_use", "nodeA standby")
                // it has withdrawn its offer just now
                .containsAnyOf("nodeB standby", "nodeB held");
        assertThat(why.paths().get(2).decidedBy()).isEqualTo("weight");
        Why.Merits merits = Objects.requireNonNull(why.paths().get(1).merits());
        assertThat(merits.otherLine()).as("the mesh is no WAN").isTrue();
        assertThat(merits.rides()).isEqualTo("mesh0");
        assertThat(merits.latencyMeasured()).isTrue();
        assertThat(merits.bandwidthMbps()).isEqualTo(100);
        c.wgctl("uplink", "priority", "nodeB", "20").orThrow();
        new HandEdit(a).option("metered", "1");
        Await.until("nodeB is preferred, since nodeA is metered", Facts.SOON, c, () -> {
            Why now = why();
            Why.Path last = now.paths().getLast();
            boolean decided = "nodeB".equals(now.next()) && "metered".equals(last.decidedBy());
            return Await.Seen.when(decided && "nodeA".equals(last.name()), now);
        });
        new HandEdit(a).option("metered", "0");
        c.wgctl("uplink", "priority", "nodeB", "10").orThrow();
        Command.Result unknown = c.wgctl("uplink", "why", "nodeX");
        assertThat(unknown.exit()).isEqualTo(REFUSED);
        assertThat(unknown.err()).contains("'nodeX' is neither a peer").contains("did you mean 'nodeA'?");
    }

    @Test
    @Order(10)
    void aBorrowerDoesNotLendAndDisablingReturnsNewFlowsToTheOwnWanAtOnce() throws Exception {
        try (Cut cut = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
            try (InternetServers _ =
                    InternetServers.start(a.hostNamespace(), List.of(a.site().host4()))) {
                assertThat(Facts.getFromLan(c, "http://" + a.site().host4()).exit())
                        .as("A's LAN host is not reached")
                        .isNotZero();
            }
            Why why = why();
            assertThat(why.inUse()).isEqualTo("nodeA");
            assertThat(why.next()).isEqualTo("nodeB");
            assertThat(why.paths().getFirst().state()).isEqualTo("down");
            assertThat(why.paths().getFirst().failures()).isEqualTo(1);
            assertThat(why.paths().getFirst().timers().downForS()).isNotNull();
            assertThat(c.wgctl("uplink", "why").orThrow().replaceAll("\\s+", " "))
                    .contains("New flows go by nodeA", "If nodeA died now, they would go by nodeB.")
                    .contains("its weight is 10, that of nodeA is 20");
            for (LabNode other : List.of(a, b)) {
                Uplink offered = Facts.awaitUplink(other, c, "unavailable");
                assertThat(offered.reason()).contains("borrows");
            }
            assertThat(c.status().offering().active()).isFalse();
            assertThat(c.status().offering().reason()).contains("it borrows from nodeA");

            String said = c.wgctl("uplink", "failover", "disable").orThrow();
            assertThat(said.replaceAll("\\s+", " "))
                    .contains("failover is disabled; new flows go by the own WAN again, which is down");
            Status disabled = c.status();
            assertThat(disabled.failoverEnabled()).isFalse();
            assertThat(disabled.state()).isEqualTo("offline");
            assertThat(Facts.exitOfLan(c)).as("the own WAN is dead").isEmpty();
            assertThat(c.status().via()).as("nothing switches by itself").isNull();
            assertThat(Facts.ourDevices(c)).contains("wgup-nodeA", "wgup-nodeB");

            c.wgctl("uplink", "failover", "enable").orThrow();
            Facts.awaitVia(c, a);
            assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());

            c.wgctl("uplink", "failover", "disable").orThrow();
            cut.heal();
            Await.until("C's LAN leaves by C's WAN", Facts.SOON, c, () -> {
                String exit = Facts.exitOfLan(c);
                return Await.Seen.when(exit.equals(c.site().wan4()), exit);
            });
        }
        Facts.awaitState(c, "direct");
        c.wgctl("uplink", "failover", "enable").orThrow();
        Facts.awaitWanUp(c);
        Facts.awaitState(c, "direct");
        for (LabNode other : List.of(a, b)) Facts.awaitUplink(other, c, "available");
    }

    @Test
    @Order(11)
    void aTestFailsClearlyWhenTheProvidersWanIsDead() throws Exception {
        try (Cut _ = a.cut(Fault.BLACKHOLE)) {
            Command.Result said = c.wgctl("--json", "uplink", "test", "nodeA");
            TestResult result = Wire.decode(TestResult.class, said.out());
            assertThat(result.success()).isFalse();
            assertThat(result.received()).isZero();
            // the provider is at fault as soon as it has noticed and says that it lends no more
            assertThat(List.of("internet 6", "provider 5")).contains(result.verdict() + " " + said.exit());
            Command.Result text = c.wgctl("uplink", "test", "nodeA");
            assertThat(List.of(5, 6)).contains(text.exit());
            assertThat(text.out()).contains("nodeA: failed, the ");
            Facts.awaitUplink(c, a, "unavailable");
        }
    }

    @Test
    @Order(12)
    void aRemovedUplinkLeavesNothingInTheKernel() throws Exception {
        assertThat(Facts.ruleset(c)).contains("wgup-nodeB");
        assertThat(Facts.ourRules(c)).anyMatch(rule -> rule.contains("wgup-nodeB"));
        c.wgctl("uplink", "remove", "nodeB").orThrow();
        Await.until("nothing of nodeB is left at C", Facts.SOON, c, () -> {
            List<String> left = new java.util.ArrayList<>(Facts.ourDevices(c));
            left.addAll(Facts.ourRules(c));
            left.addAll(Facts.ourRoutes(c));
            left.addAll(Facts.ruleset(c).lines().toList());
            left.removeIf(line -> !line.contains("nodeB"));
            return Await.Seen.when(left.isEmpty(), left);
        });
        assertThat(Facts.uplink(c, b).added()).isFalse();
        Await.until(
                "nodeB has its lease back",
                Facts.SOON,
                b,
                () -> Await.Seen.when(
                        b.status().offering().consumers().isEmpty(), b.status().offering()));
    }

    private Why why() throws IOException {
        try {
            return Wire.decode(Why.class, c.wgctl("--json", "uplink", "why").orThrow());
        } catch (Wire.WireException e) {
            throw new IOException(e);
        }
    }

    /** A reset at once, not silence. */
    private void assertRefused(String device, String target) throws Exception {
        String host = target.contains(":") ? "[" + target + "]" : target;
        Command.Result result = Facts.get(c, device, "http://%s/".formatted(host));
        assertThat(result.exit()).as("%s by %s: %s", target, device, result).isEqualTo(CURL_REFUSED);
    }

    /** A's own address in the tunnels of its consumers. */
    private String provider4() throws Exception {
        return Facts.addresses(a, "wgup-serve").stream()
                .filter(address -> address.prefixLength() == 24)
                .map(address -> address.value().getHostAddress())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> order(LabNode node) throws Exception {
        return node.status().uplinks().stream()
                .filter(Uplink::added)
                .map(Uplink::peerId)
                .toList();
    }

    private static TestResult test(Command.Result result, int exit) throws Exception {
        assertThat(result.exit()).as("%s", result).isEqualTo(exit);
        return Wire.decode(TestResult.class, result.out());
    }
}
