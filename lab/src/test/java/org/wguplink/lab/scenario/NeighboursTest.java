package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * Nodes that differ from the demo's: A and C have the same WAN and LAN networks; A and B would give addresses of the same
 * pool; B, a provider, and D, a consumer, have a WAN without a gateway; C filters reverse paths strictly.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NeighboursTest {
    /** A name with the hash of "nodeA", which is the seed of the pool. */
    private static final String TWIN = "noeFA";

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private LabNode d;
    private List<String> reversePaths;

    @BeforeAll
    void start() throws Exception {
        assertThat(TWIN.hashCode()).isEqualTo("nodeA".hashCode());
        lab = Lab.build(List.of("A", "B", "C", "D"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        d = lab.node("D");
        Awkward.behindHomeRouter(lab, a);
        Awkward.behindHomeRouter(lab, c);
        Awkward.lanOfTheFirst(lab, c);
        Awkward.pointToPoint(lab, b);
        Awkward.pointToPoint(lab, d);
        Awkward.strictReversePath(c);
        reversePaths = Awkward.reversePaths(c);
        MeshSetup.found(
                lab.nodes(),
                i -> i == 1
                        ? MeshSetup.settings(i).with("option peer_id '%s'".formatted(TWIN))
                        : MeshSetup.settings(i));
        MeshSetup.startDaemons(lab);
    }

    @AfterAll
    void stop() throws IOException {
        lab.close();
    }

    @Test
    @Order(1)
    void twoProvidersOfOnePoolGiveAConsumerDifferentAddresses() throws Exception {
        for (LabNode consumer : List.of(c, d))
            for (String provider : List.of("nodeA", TWIN))
                consumer.wgctl("uplink", "add", provider, "--yes").orThrow();
        c.wgctl("uplink", "priority", "nodeA", "200").orThrow();
        d.wgctl("uplink", "priority", TWIN, "200").orThrow();
        for (LabNode consumer : List.of(c, d))
            for (String provider : List.of("nodeA", TWIN)) awaitState(consumer, provider, "ready");
        List<Facts.Address> one = Facts.addresses(c, "wgup-nodeA");
        List<Facts.Address> other = Facts.addresses(c, "wgup-" + TWIN);
        assertThat(one).hasSizeGreaterThanOrEqualTo(2).doesNotContainAnyElementsOf(other.subList(0, 2));
    }

    @Test
    @Order(2)
    void aStrictReversePathFilterIsLoosenedOnOurPathsAndNowhereElse() throws Exception {
        String changed = "net.ipv4.conf.wan.rp_filter = 0";
        assertThat(reversePaths).contains(changed, "net.ipv4.conf.all.rp_filter = 1");
        assertThat(Awkward.reversePaths(c))
                .containsExactlyElementsOf(reversePaths.stream()
                        .map(line -> line.equals(changed) ? "net.ipv4.conf.wan.rp_filter = 2" : line)
                        .toList());
        assertThat(c.daemonLog(200)).containsOnlyOnce("rp_filter of wan is 2");
    }

    @Test
    @Order(3)
    void aRenewedWanAddressIsTakenUpWithoutASwitchForGood() throws Exception {
        // another address, and then the same one again
        for (int i = 0; i < 2; i++) {
            Awkward.wanAddress4(c, "192.168.1.77/24", "192.168.1.1");
            Await.pause(Duration.ofSeconds(1));
            Facts.awaitState(c, "direct");
            Facts.awaitWanUp(c);
            awaitExit(c, c);
        }
    }

    @Test
    @Order(4)
    void borrowingAndReturningWorkOnEqualNetworksAndOnLinesWithoutAGateway() throws Exception {
        try (Cut _ = c.cut(Fault.BLACKHOLE);
                Cut _ = d.cut(Fault.UPSTREAM)) {
            Facts.awaitVia(c, a);
            Await.until("nodeD goes by " + TWIN, Facts.LATER, d, () -> {
                var now = d.status();
                return Await.Seen.when(TWIN.equals(now.via()), now);
            });
            awaitExit(c, a);
            awaitExit(d, b);
        }
        for (LabNode consumer : List.of(c, d)) {
            Facts.awaitState(consumer, "direct");
            awaitExit(consumer, consumer);
        }
    }

    @Test
    @Order(5)
    void aProviderWhoseFirewallDropsForwardedPacketsSaysWhoDoesItAndOffersAgainAfterwards() throws Exception {
        a.run("nft", """
                table inet fw4 {
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        iifname "lan" oifname "wan" accept
                    }
                }
                """).orThrow();
        String culprit = "table inet fw4, chain forward (policy drop)";
        Await.until("A names its firewall", Facts.LATER, a, () -> {
            var now = a.status().offering();
            return Await.Seen.when(!now.active() && String.valueOf(now.reason()).contains(culprit), now);
        });
        assertThat(a.wgctl("status").orThrow().replaceAll("\\s+", " ")).contains(culprit);
        Uplink heard = awaitState(c, "nodeA", "unavailable");
        assertThat(heard.reason()).contains("table inet fw4");
        a.run("nft", "delete table inet fw4").orThrow();
        awaitState(c, "nodeA", "ready");
    }

    @Test
    @Order(6)
    void anOfferNamesTheFilterThatDockerMakesAndATestThatIsKilledLeavesNothing() throws Exception {
        a.wgctl("uplink", "withdraw").orThrow();
        // as iptables-nft writes it
        a.run("nft", """
                table ip filter {
                    chain DOCKER-USER { return
                    }
                    chain FORWARD {
                        type filter hook forward priority filter; policy drop;
                        counter jump DOCKER-USER
                        oifname "docker0" ct state related,established counter accept
                    }
                }
                """).orThrow();
        String culprit = "table ip filter, chain FORWARD (policy drop)";
        assertThat(a.wgctl("uplink", "offer").orThrow().replaceAll("\\s+", " "))
                .contains("will be offered as soon as it can be", culprit, "iptables -I DOCKER-USER -i wgup-serve");
        // a change by others is what a test waits for; one that is blocked lasts for seconds
        a.run("nft", "add table inet mine").orThrow();
        Await.until("A tests again", Facts.LATER, a, () -> {
            List<String> now = Facts.ourDevices(a);
            return Await.Seen.when(now.contains("wgup-test"), now);
        });
        a.killDaemon();
        assertThat(Facts.ourDevices(a)).contains("wgup-test");
        a.run("nft", "delete table ip filter").orThrow();
        a.startDaemon();
        Await.until("A offers, and has one interface", Facts.LATER, a, () -> {
            List<String> now = Facts.ourDevices(a);
            List<String> processes = Facts.wireGuardProcesses(a);
            boolean clean = now.equals(List.of("wgup-serve")) && processes.size() == 1;
            return Await.Seen.when(clean && a.status().offering().active(), now + " " + processes);
        });
        assertThat(a.run("wg", "show", "wgup-serve", "allowed-ips").orThrow().lines())
                .noneMatch(line -> line.contains(".254/32"));
        awaitState(c, "nodeA", "ready");
    }

    @Test
    @Order(7)
    void forwardingThatIsOffIsSaidAtOnceAndOneFamilyAloneIsLent() throws Exception {
        a.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=0").orThrow();
        awaitOffering(a, true, "net.ipv6.conf.all.forwarding=1");
        a.run("sysctl", "-qw", "net.ipv4.ip_forward=0").orThrow();
        awaitOffering(a, false, "net.ipv4.ip_forward=1");
    }

    @Test
    @Order(8)
    void aVpnThatTakesAllTrafficBeforeUsIsNamed() throws Exception {
        d.run("ip", "rule", "add", "not", "fwmark", "0xca6c", "table", "51820").orThrow();
        Await.until("D warns of it", Facts.SOON, d, () -> {
            var now = d.status().warnings();
            return Await.Seen.when(now.stream().anyMatch(w -> w.contains("wg-quick")), now);
        });
        assertThat(d.wgctl("status").orThrow()).contains("warning", "51820");
    }

    @Test
    @Order(9)
    void switchedOffEveryReversePathFilterIsAsBefore() throws Exception {
        Path config = c.root().resolve("etc/config/wireguard-uplink");
        String on = Files.readString(config);
        Files.writeString(config, on.replace("option enabled '1'", "option enabled '0'"));
        awaitReversePath("net.ipv4.conf.wan.rp_filter = 0");
        Files.writeString(config, on);
        awaitReversePath("net.ipv4.conf.wan.rp_filter = 2");
    }

    @Test
    @Order(10)
    void afterACleanUpEveryReversePathFilterIsAsBefore() throws Exception {
        c.stopDaemon();
        assertThat(Awkward.reversePaths(c)).isNotEqualTo(reversePaths);
        c.cleanupDaemon().orThrow();
        assertThat(Awkward.reversePaths(c)).isEqualTo(reversePaths);
        assertThat(c.root().resolve("var/lib/wireguard-uplink/rp_filter")).doesNotExist();
    }

    private void awaitReversePath(String line) throws IOException {
        Await.until("C says " + line, Facts.LATER, c, () -> {
            List<String> now = Awkward.reversePaths(c);
            return Await.Seen.when(now.contains(line), now);
        });
    }

    private static void awaitOffering(LabNode node, boolean active, String reason) throws IOException {
        Await.until("%s says '%s'".formatted(node.peerId(), reason), Facts.LATER, node, () -> {
            var now = node.status().offering();
            return Await.Seen.when(
                    now.active() == active && String.valueOf(now.reason()).contains(reason), now);
        });
    }

    private static Uplink awaitState(LabNode at, String peer, String state) throws IOException {
        return Await.until("%s is %s at %s".formatted(peer, state, at.peerId()), Facts.LATER, at, () -> {
            var all = at.status().uplinks();
            return Await.Seen.of(
                    all.stream()
                            .filter(u -> u.peerId().equals(peer) && u.state().equals(state))
                            .findFirst(),
                    all);
        });
    }

    /** Waits until a host in the node's LAN is seen with the WAN address of {@code exit}. */
    private static void awaitExit(LabNode node, LabNode exit) throws IOException {
        String expected = exit.site().wan4();
        Await.until("the LAN of %s leaves as %s".formatted(node.peerId(), expected), Facts.LATER, node, () -> {
            String now = Facts.exitOfLan(node);
            return Await.Seen.when(now.contains(expected), now);
        });
    }
}
