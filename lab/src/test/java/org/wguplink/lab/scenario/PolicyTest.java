package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import org.wguplink.lab.inet.InternetServers;
import org.wguplink.lab.meter.Bulk;
import org.wguplink.lab.meter.FreshFlows;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.SecondWan;

/**
 * Subnets with a policy, in one story of C, which prefers B, though for the essential only, and has a second line that is not for us. All the while no packet
 * leaves by a way that is not for its policy.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PolicyTest {
    /** A machine that is busy with other tests answers late; what is lost is noticed after a second. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private static final String REFUSED = "refused";
    private static final int RATE_KBIT = 8_000;

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private SecondWan notOurs;
    private PolicyHosts hosts;
    private TcpClient.Server server;
    private final List<Cut> cuts = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        notOurs = SecondWan.add(lab, c);
        server = TcpClient.Server.start(lab.inetNamespace());
        MeshSetup.found(lab);
        Topology.noTunnelOverTheMesh(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(b, a));
        hosts = PolicyHosts.join(c);
        Path config = c.root().resolve("etc/config/wireguard-uplink");
        String ofB = "\toption peer_id 'nodeB'\n";
        String essential = """
                	option essential_only '1'
                	list allow 'tcp/80'
                	list allow 'tcp/%d'
                	list allow 'tcp/%d'
                	option rate_kbit '%d'
                """.formatted(InternetServers.TCP_SINK, InternetServers.TCP_FLOOD, RATE_KBIT);
        String text = Files.readString(config).replace(ofB, ofB + essential);
        Files.writeString(config, text + PolicyHosts.CONFIG);
        awaitVia("wan", "wan", "nodeA");
        hosts.send();
    }

    @AfterAll
    void stop() throws Exception {
        hosts.close();
        server.close();
        lab.close();
    }

    @Test
    @Order(1)
    void aFixedExitIsUsedThoughTheOwnWanWorks() throws Exception {
        assertThat(hosts.exit(PolicyHosts.NEVER)).isEqualTo(c.site().wan4());
        assertThat(hosts.exit(PolicyHosts.NEVER6)).isEqualTo(same(c.site().wan6()));
        assertThat(hosts.exit(PolicyHosts.STRICT)).isEqualTo(c.site().wan4());
        assertThat(hosts.exit(PolicyHosts.ALWAYS)).isEqualTo(a.site().wan4());
        assertThat(hosts.exit(PolicyHosts.ALWAYS6)).isEqualTo(same(a.site().wan6()));
        assertThat(hosts.exit(PolicyHosts.TAGGED)).isEqualTo(a.site().wan4());
        assertThat(exitOfTagged().out().strip()).isEqualTo(a.site().wan4());
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
        assertThat(hosts.astray()).isZero();
    }

    @Test
    @Order(2)
    void connectionsOfAFixedExitOutliveTheLineOfItsTunnel() throws Exception {
        assertThat(Facts.uplink(c, a).rides()).isEqualTo("wan");
        try (TcpClient download =
                        TcpClient.connect(c.hostNamespace(), PolicyHosts.ALWAYS, "8.8.8.8", TcpClient.Work.DOWNLOAD);
                TcpClient upload =
                        TcpClient.connect(c.hostNamespace(), PolicyHosts.ALWAYS, "8.8.8.8", TcpClient.Work.SEND)) {
            cuts.add(c.cut(Fault.BLACKHOLE));
            Facts.awaitState(c, "offline");
            assertThat(hosts.refusedAfter(PolicyHosts.ALWAYS)).isLessThan(AT_ONCE);
            Topology.tunnelOverTheMesh(lab);
            Facts.awaitVia(c, b);
            // IPv6 may have come back through A first, and stays there until B is trusted
            Await.until("IPv6 goes by B, too", Facts.LATER, c, () -> {
                Status now = c.status();
                return Await.Seen.when(now.ipv6() == null, now);
            });
            awaitVia(REFUSED, "nodeB", "nodeA");
            assertThat(Facts.uplink(c, a).rides()).isNotEqualTo("wan");
            for (TcpClient client : List.of(download, upload)) {
                long before = client.bytes();
                Await.until(
                        client.work() + " goes on",
                        Facts.LATER,
                        c,
                        () -> Await.Seen.when(client.bytes() > before + 5000, client));
            }
        }
        assertThat(hosts.exit(PolicyHosts.ALWAYS)).isEqualTo(a.site().wan4());
        assertThat(hosts.exit(PolicyHosts.STRICT)).isEqualTo(b.site().wan4());
        assertThat(hosts.exit(PolicyHosts.STRICT6)).isEqualTo(same(b.site().wan6()));
        assertThat(Facts.exitOfLan(c)).isEqualTo(b.site().wan4());
        // what C itself asks with the mark is answered behind the peer of the mark, and the rest behind the one in use
        assertThat(answeredBy(c.site().wanGateway4())).containsExactly(a.site().number());
        assertThat(answeredBy(c.site().resolver4())).containsExactly(b.site().number());
        assertThat(hosts.refusedAfter(c.site().host4(), InternetServers.HTTPS))
                .as("B is for the essential only")
                .isLessThan(AT_ONCE);
        // the kernel lets a second's worth pass beside the rate
        assertThat(secondsWorthInTwo("wgup-nodeB", Bulk.upload(c.hostNamespace(), "8.8.8.8")))
                .isBetween(0.5, 3.3);
        assertThat(secondsWorthInTwo("lan", Bulk.download(c.hostNamespace(), "8.8.8.8")))
                .isBetween(0.5, 3.3);
        assertThat(hosts.refusedAfter(PolicyHosts.NEVER)).isLessThan(AT_ONCE);
        assertThat(hosts.refusedAfter(PolicyHosts.NEVER6)).isLessThan(AT_ONCE);
        assertThat(hosts.astray()).isZero();
    }

    @Test
    @Order(3)
    void withoutAnyPathStrictTrafficIsRefusedAndStatusSaysSoLoudly() throws Exception {
        try (Cut _ = a.cut(Fault.BLACKHOLE);
                Cut _ = b.cut(Fault.BLACKHOLE)) {
            Await.until("C is offline by both families", Facts.LATER, c, () -> {
                Status now = c.status();
                return Await.Seen.when(now.state().equals("offline") && now.ipv6() == null, now);
            });
            for (String host : List.of(
                    PolicyHosts.STRICT,
                    PolicyHosts.STRICT6,
                    PolicyHosts.ALWAYS,
                    PolicyHosts.ALWAYS6,
                    PolicyHosts.TAGGED,
                    PolicyHosts.NEVER))
                assertThat(hosts.refusedAfter(host)).as(host).isLessThan(AT_ONCE);
            assertThat(c.wgctl("status").orThrow().replaceAll("\\s+", " "))
                    .contains("office (10.1.3.48/28, fd01:3:0:0:0:0:32:0/112): strict: NO TRAFFIC")
                    .contains("always nodeA: NO TRAFFIC, nodeA is down");
            // the first that comes back is used at once
            cuts.removeFirst().heal();
            awaitVia("wan", "wan", REFUSED);
        }
        assertThat(hosts.astray()).isZero();
    }

    @Test
    @Order(4)
    void policiesHoldWhileTheDaemonIsDeadAndAnotherDefaultRouteTakesOver() throws Exception {
        awaitVia("wan", "wan", "nodeA");
        c.killDaemon();
        try (Cut _ = c.cut(Fault.LINK_DOWN)) {
            assertThat(Facts.exitOfLan(c)).as("as without us").isEqualTo(notOurs.address4());
            assertThat(hosts.refusedAfter(PolicyHosts.STRICT)).isLessThan(AT_ONCE);
            assertThat(hosts.refusedAfter(PolicyHosts.NEVER)).isLessThan(AT_ONCE);
            assertThat(hosts.exit(PolicyHosts.ALWAYS)).isEqualTo(a.site().wan4());
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Facts.awaitVia(c, b);
            awaitVia(REFUSED, "nodeB", "nodeA");
            assertThat(hosts.exit(PolicyHosts.STRICT)).isEqualTo(b.site().wan4());
        }
        assertThat(hosts.astray()).isZero();
    }

    @Test
    @Order(5)
    void afterABootWhatMustNotLeaveByAnyLineWaitsForTheDaemon() throws Exception {
        assertThat(c.holdPolicies().err()).contains("another uplinkd already runs");
        c.stopDaemon();
        assertThat(c.holdPolicies().orThrow() + c.holdPolicies().err()).contains("nothing to hold");
        c.cleanupDaemon().orThrow();
        assertThat(c.holdPolicies().err()).contains("refused until uplinkd runs");
        long before = hosts.astray();
        for (String host : List.of(
                PolicyHosts.STRICT, PolicyHosts.STRICT6, PolicyHosts.ALWAYS, PolicyHosts.ALWAYS6, PolicyHosts.TAGGED))
            assertThat(hosts.refusedAfter(host)).as(host).isLessThan(AT_ONCE);
        assertThat(exitOfTagged().exit()).as("curl cannot connect").isEqualTo(7);
        assertThat(hosts.exit(PolicyHosts.NEVER)).isEqualTo(c.site().wan4());
        assertThat(Facts.exitOfLan(c)).as("as without us").isEqualTo(c.site().wan4());
        c.startDaemon();
        MeshSetup.awaitAnswer(c);
        awaitVia("wan", "wan", "nodeA");
        assertThat(hosts.exit(PolicyHosts.STRICT)).isEqualTo(c.site().wan4());
        assertThat(hosts.exit(PolicyHosts.ALWAYS)).isEqualTo(a.site().wan4());
        assertThat(hosts.astray()).isEqualTo(before);
    }

    /** The address from which the internet sees what C itself sends with the mark. */
    private Command.Result exitOfTagged() throws IOException {
        return c.run("curl", "-sS", "-m", "2", "http://%s/".formatted(PolicyHosts.TAGGED_TARGET));
    }

    /** Which provider's resolver answers what C itself asks of a server. */
    private List<Integer> answeredBy(String server) throws Exception {
        try (FreshFlows names = FreshFlows.startQueries(c.namespace(), server, FreshFlows.QUERY_BEAT)) {
            MonoTime begun = new MonoTime(System.nanoTime());
            TimeUnit.SECONDS.sleep(1);
            return names.timeline().exits(begun).stream()
                    .map(Timeline.Exit::exit)
                    .toList();
        }
    }

    /** What C sends by a device in the first two seconds of a load, measured by what may pass in one second. */
    private double secondsWorthInTwo(String device, Bulk load) throws Exception {
        try (load) {
            long before = sent(device);
            TimeUnit.SECONDS.sleep(2);
            return (sent(device) - before) * 8 / 1000.0 / RATE_KBIT;
        }
    }

    /** Bytes. */
    private long sent(String device) throws IOException {
        return Long.parseLong(c.run("cat", "/sys/class/net/%s/statistics/tx_bytes".formatted(device))
                .orThrow()
                .strip());
    }

    /** As Java writes it. */
    private static String same(String address) {
        return InetAddress.ofLiteral(address).getHostAddress();
    }

    /** Waits until status says by what the traffic of those who never use a peer, strict and fixed traffic leaves. */
    private void awaitVia(String never, String strict, String always) throws IOException {
        List<String> expected = List.of(always, never, strict, always);
        Await.until("policies lead to " + expected, Facts.LATER, c, () -> {
            List<Status.Policy> found = c.status().policies();
            List<String> via = found.stream()
                    .map(p -> Objects.requireNonNullElse(p.via(), REFUSED))
                    .toList();
            return Await.Seen.when(via.equals(expected), found);
        });
    }
}
