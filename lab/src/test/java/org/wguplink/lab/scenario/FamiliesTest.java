package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** One family dies and the other lives: what a host in the LAN of C, which borrows from A, and of D notices. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FamiliesTest {
    private static final String SERVER4 = "8.8.8.8";
    private static final String SERVER6 = "2001:4860:4860::8888";

    private Lab lab;
    private LabNode a;
    private LabNode c;
    private LabNode d;
    private TcpClient.Server server;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C", "D"));
        a = lab.node("A");
        c = lab.node("C");
        d = lab.node("D");
        server = TcpClient.Server.start(lab.inetNamespace());
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
        MeshSetup.addUplinks(d, List.of(a));
    }

    @AfterAll
    void close() throws Exception {
        server.close();
        lab.close();
    }

    /** Which have them from now on: what follows is of such a host. */
    @Test
    @Order(0)
    void hostsWithAddressesOfTheirIspReachTheInternetByAnUplinkAndComeBack() throws Exception {
        String host = Topology.delegatedPrefix(lab, c);
        assertThat(Facts.exitOf(c, host)).as("as it is").isEqualTo(same(host));
        Cut cut = c.cut(Fault.IPV6);
        awaitIpv6(c, a.peerId());
        assertThat(Facts.exitOf(c, host)).isEqualTo(same(a.site().wan6()));
        cut.heal();
        Await.until("IPv6 is back", Facts.LATER, c, () -> {
            Status now = c.status();
            return Await.Seen.when(now.ipv6() == null, now);
        });
        assertThat(Facts.exitOf(c, host)).isEqualTo(same(host));
    }

    @Test
    @Order(1)
    void ipv4DiesAndComesBackAndIpv6NoticesNothing() throws Exception {
        try (OutageMeter v4 = meter(SERVER4);
                OutageMeter v6 = meter(SERVER6);
                TcpClient download4 = TcpClient.connect(c.hostNamespace(), SERVER4, TcpClient.Work.DOWNLOAD);
                TcpClient download6 = TcpClient.connect(c.hostNamespace(), SERVER6, TcpClient.Work.DOWNLOAD)) {
            Cut cut = c.cut(Fault.IPV4);
            awaitExit(v4, a);
            Facts.awaitVia(c, a);
            assertThat(c.status().ipv6()).isEqualTo(new Status.Ipv6("wan", null));
            Await.until("IPv4's download is reset", Facts.SOON, c, () -> Await.Seen.of(download4.end(), download4));
            cut.heal();
            Facts.awaitState(c, "direct");
            assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
            assertThat(c.status().ipv6()).isNull();
            assertUntouched(v6, cut.since());
            assertThat(download6.end()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void ipv6DiesAndIpv4NoticesNothing() throws Exception {
        try (OutageMeter v4 = meter(SERVER4);
                OutageMeter v6 = meter(SERVER6);
                TcpClient download4 = TcpClient.connect(c.hostNamespace(), SERVER4, TcpClient.Work.DOWNLOAD);
                Cut cut = c.cut(Fault.IPV6)) {
            awaitExit(v6, a);
            awaitIpv6(c, a.peerId());
            assertThat(c.status().state()).isEqualTo("direct");
            assertIpv6IsRefusedWhenItsUplinkLosesIt();
            assertUntouched(v4, cut.since());
            assertThat(download4.end()).isEmpty();
        }
    }

    private void assertIpv6IsRefusedWhenItsUplinkLosesIt() throws IOException {
        try (Cut cut = a.cut(Fault.IPV6)) {
            awaitIpv6(c, null);
            assertThat(Duration.ofNanos(System.nanoTime() - cut.since().nanos()))
                    .isLessThan(Duration.ofSeconds(1));
            String said = Command.call(
                            List.of("ip", "netns", "exec", c.hostNamespace(), "ping", "-c", "1", "-W", "1", SERVER6),
                            "")
                    .out();
            assertThat(said).contains("Destination unreachable");
            // more than the kernel sends ICMP messages of: without a reset they wait for a second each
            long begun = System.nanoTime();
            for (int i = 0; i < 20; i++)
                assertThat(Facts.getFromLan(c, "http://[%s]/".formatted(SERVER6))
                                .exit())
                        .as("curl is refused")
                        .isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
        }
    }

    /** As when the provider's router advertises it no more. */
    @Test
    @Order(3)
    void aLostDefaultRouteOfIpv6IsNoLossOfIpv4() throws Exception {
        d.run("ip", "-6", "route", "del", "default").orThrow();
        awaitIpv6(d, a.peerId());
        assertThat(d.status().state()).isEqualTo("direct");
        assertThat(d.status().wan().state()).isEqualTo("up");
        String exit = Facts.getFromLan(d, "http://[%s]/".formatted(SERVER6)).orThrow();
        assertThat(Addresses.parse(exit.strip()))
                .isEqualTo(Addresses.parse(a.site().wan6()));
        assertThat(Facts.exitOfLan(d)).isEqualTo(d.site().wan4());
    }

    @Test
    @Order(4)
    void anUplinkIsMadeReadyThatCarriesIpv6WhenTheBestDoesNot() throws Exception {
        new HandEdit(d).option("min_uplinks", "1");
        d.wgctl("uplink", "priority", a.peerId(), "100").orThrow();
        d.wgctl("uplink", "add", c.peerId(), "--yes").orThrow();
        assertThat(Facts.ourDevices(d)).doesNotContain("wgup-" + c.peerId());
        try (Cut _ = a.cut(Fault.IPV6)) {
            awaitIpv6(d, c.peerId());
            String exit = Facts.getFromLan(d, "http://[%s]/".formatted(SERVER6)).orThrow();
            assertThat(Addresses.parse(exit.strip()))
                    .isEqualTo(Addresses.parse(c.site().wan6()));
        }
    }

    /** As Java writes it. */
    private static String same(String address) {
        return Addresses.parse(address).getHostAddress();
    }

    private OutageMeter meter(String target) throws IOException {
        OutageMeter meter = OutageMeter.start(c.hostNamespace(), target, OutageMeter.BEAT);
        awaitExit(meter, c);
        return meter;
    }

    private void awaitExit(OutageMeter meter, LabNode exit) throws IOException {
        Await.until("the flow leaves by " + exit.name(), Facts.LATER, c, () -> {
            Timeline latest = meter.timeline(Duration.ofSeconds(1));
            return Await.Seen.of(latest.steadySince(exit.site().number()), latest.exits(latest.now()));
        });
    }

    /** @param via the peer; null while it is refused */
    private static void awaitIpv6(LabNode at, @Nullable String via) throws IOException {
        Await.until("IPv6 of %s goes by %s".formatted(at.peerId(), via), Facts.LATER, at, () -> {
            Status.@Nullable Ipv6 ipv6 = at.status().ipv6();
            return Await.Seen.when(
                    ipv6 != null && Optional.ofNullable(ipv6.via()).equals(Optional.ofNullable(via)),
                    String.valueOf(ipv6));
        });
    }

    private void assertUntouched(OutageMeter meter, MonoTime since) throws IOException {
        Await.pause(Timeline.GRACE.plusMillis(50));
        Timeline seen = meter.timeline();
        assertThat(seen.lost(since, seen.now())).as("lost packets").isZero();
        assertThat(seen.exits(since))
                .extracting(Timeline.Exit::exit)
                .containsExactly(c.site().number());
    }
}
