package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.SecondWan;

/**
 * C shares new flows of its LAN over its two lines, 3 to 1, and over a third that is not there. C counts by which line whom
 * its LAN calls; the lines die and return in one story.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BalanceTest {
    private static final List<String> SERVERS = IntStream.range(0, 200)
            .mapToObj(i -> "45.33.%d.%d".formatted(i / 100, i % 100 + 1))
            .toList();
    private static final List<String> SERVERS6 =
            IntStream.range(0, 140).mapToObj(i -> "2600:45::1:%x".formatted(i)).toList();
    private static final Pattern SERVER = Pattern.compile("45\\.33\\.\\d+\\.\\d+(?!/)|2600:45::1:[0-9a-f]+");
    /** A host that has a policy. */
    private static final String BANKER = "10.1.2.34";

    private static final int CONNECT_MS = 2000;

    private static final String POLICY = """

            config policy 'bank'
            	list src '%s/32'
            	option mode 'failover'
            """.formatted(BANKER);

    private static final String COUNT = """
            table inet lab_balance {
                set wan { type ipv4_addr; flags dynamic; size 1024; }
                set wan2 { type ipv4_addr; flags dynamic; size 1024; }
                set nodeA { type ipv4_addr; flags dynamic; size 1024; }
                set wan_6 { type ipv6_addr; flags dynamic; size 1024; }
                set nodeA_6 { type ipv6_addr; flags dynamic; size 1024; }
                chain out {
                    type filter hook postrouting priority -200
                    ip6 daddr 2600:45::/64 oifname "wan" add @wan_6 { ip6 daddr }
                    ip6 daddr 2600:45::/64 oifname "wgup-nodeA" add @nodeA_6 { ip6 daddr }
                    ip daddr 45.33.0.0/16 oifname "wan" add @wan { ip daddr }
                    ip daddr 45.33.0.0/16 oifname "wan2" add @wan2 { ip daddr }
                    ip daddr 45.33.0.0/16 oifname "wgup-nodeA" add @nodeA { ip daddr }
                }
            }
            """;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Lab lab;
    private LabNode c;
    /** Whom the LAN calls by the second line while both live. */
    private Set<String> ofSecond = Set.of();

    private @Nullable Cut cut;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        c = lab.node("C");
        SecondWan.add(lab, c);
        lab.in(Lab.INTERNET, "ip", "route", "add", "local", "2600:45::/64", "dev", "lo")
                .orThrow();
        lab.in(Lab.INTERNET, "ip", "route", "add", "local", "45.33.0.0/16", "dev", "lo")
                .orThrow();
        Command.run(List.of("ip", "-n", c.hostNamespace(), "address", "add", BANKER + "/32", "dev", "lan"));
        c.run("nft", COUNT).orThrow();
        open.add(TcpClient.Server.start(lab.inetNamespace()));
        MeshSetup.found(
                lab.nodes(),
                i -> MeshSetup.settings(i)
                        .with("list wan 'wan2'")
                        .with("list balance 'wan 3'")
                        .with("list balance 'wan9 5'")
                        .with("list balance 'wan2'"));
        Path config = c.root().resolve("etc/config/wireguard-uplink");
        Files.writeString(config, Files.readString(config) + POLICY);
        MeshSetup.startDaemons(lab);
        awaitTakers("wan", "wan2");
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : open) each.close();
        lab.close();
    }

    @Test
    @Order(0)
    void flowsOfTheLanAreSharedByWeightAndAPairOfHostsKeepsItsExit() throws Exception {
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        ofSecond = called("wan2");
        assertThat(called("wan")).hasSizeBetween(130, 170).doesNotContainAnyElementsOf(ofSecond);
        assertThat(ofSecond.size() + called("wan").size()).isEqualTo(SERVERS.size());
    }

    @Test
    @Order(1)
    void whatTheUserHasAPolicyForTheRouterItselfAndQueriesForNamesAreNot() throws Exception {
        forget();
        callAll(c.hostNamespace(), BANKER, TcpClient.PORT);
        callAll(c.namespace(), null, TcpClient.PORT);
        callAll(c.hostNamespace(), null, 53);
        assertThat(called("wan2")).isEmpty();
        assertThat(called("wan")).hasSize(SERVERS.size());
    }

    @Test
    @Order(2)
    void whoTakesAShareIsSaid() throws Exception {
        assertThat(c.status().balance())
                .containsExactly(
                        new Status.Share("wan", 3, true, null),
                        new Status.Share("wan9", 5, false, "is not there"),
                        new Status.Share("wan2", 1, true, null));
        assertThat(unwrapped("status"))
                .contains("balance new flows of the LAN are shared by weight: wan 3, wan2 1; wan9 is not there")
                .contains("warning list balance 'wan9' does nothing");
        assertThat(unwrapped("uplink", "why"))
                .contains("wan in use carries new flows, and takes 3 of 4 of those of the LAN")
                .contains("wan2 shares takes 1 of 4 of those of the LAN");
    }

    @Test
    @Order(3)
    void whenALineDiesItsFlowsEndAndNewOnesLeaveItWhileThoseOfTheOtherGoOn() throws Exception {
        List<TcpClient> ofFirst = connect(called("wan").stream()
                .filter(server -> !ofSecond.contains(server))
                .limit(10)
                .toList());
        List<TcpClient> lost = connect(ofSecond.stream().limit(10).toList());
        OutageMeter meter = ofTheFirstLine();
        MonoTime from = new MonoTime(System.nanoTime());
        lab.in("isp2C", "nft", "table inet hole { chain in { type filter hook prerouting priority -300; drop; }; }")
                .orThrow();
        awaitReset(lost);
        awaitTakers();
        assertThat(c.status().wanInUse()).isEqualTo("wan");
        forget();
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        assertThat(called("wan2")).isEmpty();
        List<TcpClient> moved = connect(ofSecond.stream().limit(10).toList());
        lab.in("isp2C", "nft", "delete table inet hole").orThrow();
        awaitTakers("wan", "wan2");
        forget();
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        assertThat(called("wan2")).as("as before").isEqualTo(ofSecond);
        assertLive(ofFirst);
        assertLive(moved);
        Timeline seen = meter.timeline();
        assertThat(seen.lost(from, new MonoTime(seen.now().nanos() - Timeline.GRACE.toNanos())))
                .isZero();
        assertThat(seen.exits(from)).hasSize(1);
    }

    @Test
    @Order(4)
    void whenTheLineOfTheChoiceDiesTheOtherTakesAll() throws Exception {
        List<TcpClient> lost = connect(
                SERVERS.stream().filter(s -> !ofSecond.contains(s)).limit(10).toList());
        List<TcpClient> living = connect(ofSecond.stream().limit(10).toList());
        cut = c.cut(Fault.BLACKHOLE);
        awaitReset(lost);
        awaitTakers();
        assertThat(c.status().wanInUse()).isEqualTo("wan2");
        forget();
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        assertThat(called("wan")).isEmpty();
        assertLive(living);
    }

    @Test
    @Order(5)
    void aPeerTakesAShareToo() throws Exception {
        List<TcpClient> living = connect(SERVERS.subList(0, 10));
        MeshSetup.addUplinks(c, List.of(lab.node("A")));
        Topology.option(c, "list balance 'nodeA 4'");
        awaitTakers("nodeA", "wan2");
        forget();
        callAll(c.hostNamespace(), null, TcpClient.PORT);
        assertThat(called("nodeA")).hasSizeBetween(140, 180).doesNotContainAnyElementsOf(called("wan2"));
        assertThat(called("nodeA").size() + called("wan2").size()).isEqualTo(SERVERS.size());
        assertLive(living);
    }

    @Test
    @Order(6)
    void flowsOfIpv6AreSharedByThoseThatCarryIt() throws Exception {
        Objects.requireNonNull(cut).heal();
        awaitTakers("nodeA", "wan", "wan2");
        // status speaks of IPv4
        Await.until("two of them take IPv6", Facts.LATER, c, () -> {
            String chain = c.run("nft", "list", "chain", "inet", "wguplink", "balance6")
                    .out();
            return Await.Seen.when(chain.contains("mod 7 "), chain);
        });
        callAll(SERVERS6, c.hostNamespace(), null, TcpClient.PORT);
        Set<String> ofPeer = called("nodeA_6");
        assertThat(ofPeer).hasSizeBetween(60, 100).doesNotContainAnyElementsOf(called("wan_6"));
        assertThat(ofPeer.size() + called("wan_6").size()).isEqualTo(SERVERS6.size());
        callAll(SERVERS6, c.hostNamespace(), null, TcpClient.PORT);
        assertThat(called("nodeA_6")).as("a pair of hosts keeps its exit").isEqualTo(ofPeer);
    }

    private String unwrapped(String... command) throws IOException {
        return c.wgctl(command).orThrow().replaceAll("\\s+", " ");
    }

    private void awaitTakers(String... names) throws Exception {
        Await.until("these take a share: " + List.of(names), Facts.LATER, c, () -> {
            List<Status.Share> balance = c.status().balance();
            List<String> takers = balance.stream()
                    .filter(Status.Share::takes)
                    .map(Status.Share::name)
                    .toList();
            return Await.Seen.when(takers.equals(List.of(names)), balance);
        });
    }

    /** A new connection to each server, from one address of a namespace; null: any. */
    private static void callAll(String namespace, @Nullable String from, int port) throws IOException {
        callAll(SERVERS, namespace, from, port);
    }

    private static void callAll(List<String> servers, String namespace, @Nullable String from, int port)
            throws IOException {
        InNamespace.call(namespace, () -> {
            for (String server : servers)
                try (SocketChannel channel = SocketChannel.open()) {
                    if (from != null) channel.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
                    channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(server), port), CONNECT_MS);
                } catch (ConnectException _) {
                    // nobody listens there: it has been called
                }
            return true;
        });
    }

    private Set<String> called(String line) throws IOException {
        String set = c.run("nft", "list", "set", "inet", "lab_balance", line).orThrow();
        return SERVER.matcher(set).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private void forget() throws IOException {
        c.run(
                        "nft",
                        "flush set inet lab_balance wan; flush set inet lab_balance wan2; flush set inet lab_balance nodeA")
                .orThrow();
    }

    private List<TcpClient> connect(List<String> servers) throws IOException {
        var clients = new ArrayList<TcpClient>();
        for (String server : servers) clients.add(TcpClient.connect(c.hostNamespace(), server, TcpClient.Work.WAIT));
        open.addAll(clients);
        return clients;
    }

    /** A steady flow of the LAN that is on the first line. */
    private OutageMeter ofTheFirstLine() throws IOException {
        for (String target : List.of("8.8.8.8", "1.1.1.1", "9.9.9.9")) {
            OutageMeter meter = OutageMeter.start(c.hostNamespace(), target, OutageMeter.BEAT);
            open.add(meter);
            Await.pause(Duration.ofMillis(300));
            if (meter.timeline().steadySince(c.site().number()).isPresent()) return meter;
        }
        throw new AssertionError("all three are on the second line");
    }

    private void awaitReset(List<TcpClient> clients) throws IOException {
        Await.until("all have ended", Facts.SOON, c, () -> {
            boolean all = clients.stream().allMatch(client -> client.end().isPresent());
            return Await.Seen.when(all, clients);
        });
        for (TcpClient client : clients)
            assertThat(client.end().orElseThrow().why()).as("%s", client).containsIgnoringCase("reset");
    }

    private static void assertLive(List<TcpClient> clients) throws IOException {
        for (TcpClient client : clients)
            assertThat(client.isAnswered()).as("%s", client).isTrue();
    }
}
