package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** A LAN host that has its addresses and its router from advertisements, as the kernel's own client takes them. */
@NeedsLab
class RouterAdvertisementTest {
    private static final String INTERNET = "2001:4860:4860::8888";

    private Lab lab;
    private LabNode c;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        c = lab.node("C");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(lab.node("A")));
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void theHostKeepsItsRouterWhenTheWanLosesIpv6AndReachesItOverTheUplink() throws Exception {
        Optional<Forwarder> router = Forwarder.advertising(c);
        Assumptions.assumeTrue(router.isPresent(), "dnsmasq is not installed");
        try (Forwarder _ = router.get()) {
            forgetWhatWasConfigured();
            awaitReached("by its own WAN");
            assertThat(lifetimeOfTheRouter()).isPositive();
            // the line's IPv6 is taken back, its IPv4 stays
            c.run("ip", "-6", "route", "del", "default", "dev", "wan").orThrow();
            awaitReached("over the uplink");
            assertThat(c.status().state()).isEqualTo("direct");
            assertThat(lifetimeOfTheRouter()).isPositive();
            c.wgctl("uplink", "remove", "nodeA").orThrow();
            awaitRefusal();
            MeshSetup.addUplinks(c, List.of(lab.node("A")));
            assertThat(host("ping", "-n", "-c", "1", "-W", "2", "8.8.8.8")).contains(" 1 received");
            try (Cut _ = c.cut(Fault.LINK_DOWN)) {
                Facts.awaitVia(c, lab.node("A"));
                awaitReached("over the uplink");
                // by then it has advertised itself anew
                Await.pause(Duration.ofSeconds(5));
                assertThat(lifetimeOfTheRouter()).isPositive();
                awaitReached("over the uplink");
            }
        }
    }

    /** Down and up again, it asks for a router (RFC 4861 section 6.3.7). */
    private void forgetWhatWasConfigured() throws IOException {
        host("sysctl", "-qw", "net.ipv6.conf.lan.keep_addr_on_down=0", "net.ipv6.conf.lan.accept_ra=1");
        host("ip", "-6", "route", "flush", "default");
        host("ip", "-6", "addr", "flush", "dev", "lan", "scope", "global");
        host("ip", "link", "set", "lan", "down");
        host("ip", "link", "set", "lan", "up");
        host("ip", "route", "replace", "default", "via", c.site().lan4());
    }

    private void awaitReached(String how) throws IOException {
        Await.until("C's host reaches IPv6 " + how, Facts.LATER, c, () -> {
            String answer = lab.in(c.site().host(), "ping", "-6", "-n", "-c", "1", "-W", "1", INTERNET)
                    .out();
            return Await.Seen.when(answer.contains(" 1 received"), answer);
        });
    }

    /** At once, so that programs fall back to IPv4 without a wait. */
    private void awaitRefusal() throws IOException {
        Await.until("C refuses IPv6", Facts.LATER, c, () -> {
            String answer = lab.in(c.site().host(), "ping", "-6", "-n", "-c", "1", "-W", "5", INTERNET)
                    .out();
            return Await.Seen.when(answer.contains("Destination unreachable"), answer);
        });
    }

    /** Seconds, as the host counts them down; none without a default route by an advertisement. */
    private int lifetimeOfTheRouter() throws IOException {
        String route = host("ip", "-6", "route", "show", "default");
        assertThat(route).contains("proto ra").containsPattern("expires \\d+sec");
        return Integer.parseInt(route.replaceAll("(?s).*expires (\\d+)sec.*", "$1"));
    }

    private String host(String... args) throws IOException {
        return lab.in(c.site().host(), args).orThrow();
    }
}
