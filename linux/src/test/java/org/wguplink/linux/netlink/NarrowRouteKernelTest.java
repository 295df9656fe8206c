package org.wguplink.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.linux.testing.NetNamespace;

/** A server, a router, and a host behind the router's device {@code lan}. */
@Tag("kernel")
class NarrowRouteKernelTest {
    private static final InetAddress HOST4 = Addresses.parse("10.99.0.2");
    private static final InetAddress HOST6 = Addresses.parse("fd00:99::2");

    private NetNamespace server;
    private NetNamespace router;
    private NetNamespace host;
    private NetlinkRouter routes;

    @BeforeEach
    void setUp() {
        server = NetNamespace.create();
        router = NetNamespace.create();
        host = NetNamespace.create();
        router.join("wan", "198.51.100.2/24", server, "isp", "198.51.100.1/24");
        router.join("lan", "10.99.0.1/24", host, "eth0", "10.99.0.2/24");
        router.address("wan", "2001:db8:1::2/64");
        server.address("isp", "2001:db8:1::1/64");
        router.address("lan", "fd00:99::1/64");
        host.address("eth0", "fd00:99::2/64");
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        for (String family : new String[] {"-4", "-6"}) {
            server.run(
                    "ip",
                    family,
                    "route",
                    "add",
                    "default",
                    "via",
                    family.equals("-4") ? "198.51.100.2" : "2001:db8:1::2");
            host.run("ip", family, "route", "add", "default", "via", family.equals("-4") ? "10.99.0.1" : "fd00:99::1");
        }
        routes = router.in(NetlinkRouter::new);
    }

    @AfterEach
    void tearDown() {
        if (routes != null) routes.close();
        for (NetNamespace each : new NetNamespace[] {server, router, host}) if (each != null) each.close();
    }

    @Test
    void whatIsTooLargeForAConsumerIsAnsweredWithTheSizeThatFits() throws Exception {
        assertThat(ping("-4", HOST4)).contains("1 received");
        routes.apply(narrow(1340));
        assertThat(ping("-4", HOST4)).contains("mtu = 1340");
        assertThat(ping("-6", HOST6)).contains("mtu=1340");
        // who lets it be broken up gets it through
        server.run("ping", "-4", "-c", "1", "-W", "3", "-M", "dont", "-s", "1400", HOST4.getHostAddress());
    }

    @Test
    void anotherSizeReplacesTheRouteAndThoseOfOthersStay() throws Exception {
        router.run("ip", "route", "add", "10.99.0.77/32", "dev", "lan");
        routes.apply(narrow(1340));
        routes.apply(narrow(1300));
        assertThat(present()).contains("mtu lock 1300").doesNotContain("1340");
        routes.forget();
        routes.apply(RoutePlan.EMPTY);
        assertThat(present()).doesNotContain("mtu").contains("10.99.0.77");
    }

    private static RoutePlan narrow(int mtu) {
        var both = new LinkedHashSet<Route>();
        for (InetAddress host : new InetAddress[] {HOST4, HOST6}) both.add(Route.toConsumer(host, "lan", mtu));
        return new RoutePlan(both, new LinkedHashSet<>());
    }

    private String present() {
        return router.run("ip", "-4", "route", "show", "dev", "lan")
                + router.run("ip", "-6", "route", "show", "dev", "lan");
    }

    private String ping(String family, InetAddress to) {
        return server.output("ping", family, "-c", "1", "-W", "3", "-M", "do", "-s", "1400", to.getHostAddress());
    }
}
