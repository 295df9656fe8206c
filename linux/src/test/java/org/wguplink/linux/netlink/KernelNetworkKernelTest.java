package org.wguplink.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.core.route.Rule;
import org.wguplink.linux.loop.Poller;
import org.wguplink.linux.netlink.NetworkEvent.AddressesChanged;
import org.wguplink.linux.netlink.NetworkEvent.LinkChanged;
import org.wguplink.linux.netlink.NetworkEvent.LinkGone;
import org.wguplink.linux.netlink.NetworkEvent.MainRoutesChanged;
import org.wguplink.linux.netlink.NetworkEvent.Overrun;
import org.wguplink.linux.netlink.NetworkEvent.RulesChanged;
import org.wguplink.linux.testing.NetNamespace;

@Tag("kernel")
class KernelNetworkKernelTest {
    private NetNamespace here;
    private NetNamespace there;
    private KernelNetwork network;

    @BeforeEach
    void setUp() throws Exception {
        here = NetNamespace.create();
        there = NetNamespace.create();
        here.join("wan", "198.51.100.2/24", there, "isp", "198.51.100.1/24");
        here.address("wan", "2001:db8:1::2/64");
        network = here.in(KernelNetwork::new);
        // the kernel announces the IPv6 address once more, from a worker of its own
        do Thread.sleep(Duration.ofMillis(100));
        while (!network.readEvents().isEmpty());
    }

    @AfterEach
    void tearDown() {
        if (network != null) network.close();
        if (here != null) here.close();
        if (there != null) there.close();
    }

    @Test
    void aDeviceTellsWhatItHasCarried() throws Exception {
        LinkTraffic before = network.traffic("wan").orElseThrow();
        here.run("ping", "-q", "-c", "1", "-s", "1000", "198.51.100.1");
        LinkTraffic after = network.traffic("wan").orElseThrow();
        assertThat(after.rxBytes() - before.rxBytes()).isGreaterThanOrEqualTo(1000);
        assertThat(after.txBytes() - before.txBytes()).isGreaterThanOrEqualTo(1000);
        assertThat(network.traffic("none")).isEmpty();
    }

    @Test
    void hearsOfLostCarrierWithinTheSamePoll() throws Exception {
        try (var poller = new Poller()) {
            var events = new ArrayList<NetworkEvent>();
            poller.watch(network.fd(), () -> events.addAll(read()));
            there.run("ip", "link", "set", "isp", "down");
            poll(poller, events, event -> event instanceof LinkChanged(Link link) && link.up() && !link.carrier());
            there.run("ip", "link", "set", "isp", "up");
            poll(poller, events, event -> event instanceof LinkChanged(Link link) && link.usable());
        }
    }

    @Test
    void hearsOfALinkThatIsGone() throws Exception {
        there.run("ip", "link", "del", "isp");
        assertThat(network.readEvents()).contains(new LinkGone("wan"), new AddressesChanged());
    }

    @Test
    void hearsOfAddressesRoutesAndRules() throws Exception {
        here.run("ip", "addr", "add", "192.0.2.9/32", "dev", "wan");
        assertThat(network.readEvents()).containsExactly(new AddressesChanged());
        here.run("ip", "route", "add", "default", "via", "198.51.100.1");
        assertThat(network.readEvents()).containsExactly(new MainRoutesChanged());
        here.run("ip", "-6", "route", "add", "default", "via", "2001:db8:1::1");
        assertThat(network.readEvents()).containsExactly(new MainRoutesChanged());
        here.run("ip", "route", "add", "192.0.2.0/24", "dev", "wan", "table", "77");
        assertThat(network.readEvents()).isEmpty();
        here.run("ip", "-6", "rule", "add", "pref", "99", "lookup", "main");
        assertThat(network.readEvents()).containsExactly(new RulesChanged());
    }

    @Test
    void isSilentAboutWhatWeDidOurselvesButNotAboutWhatOthersDoToIt() throws Exception {
        var routes = new LinkedHashSet<Route>();
        var rules = new LinkedHashSet<Rule>();
        for (Family family : Family.values()) {
            routes.add(Route.via(family, Layout.table(1), "wan", Optional.empty()));
            rules.add(Rule.lookup(family, Layout.PREF_ACTIVE, Layout.ACTIVE));
        }
        try (var router = here.in(NetlinkRouter::new)) {
            router.apply(new RoutePlan(routes, rules));
            router.apply(RoutePlan.EMPTY);
            router.apply(new RoutePlan(routes, rules));
            assertThat(network.readEvents()).isEmpty();
            here.run("ip", "rule", "del", "pref", "5390");
            assertThat(network.readEvents()).containsExactly(new RulesChanged());
            here.run("ip", "route", "flush", "table", "57401");
            assertThat(network.readEvents()).containsExactly(new RulesChanged());
        }
    }

    @Test
    void tellsOfAnOverrun() throws Exception {
        here.inside(() -> {
            try (var links = new LinkControl()) {
                for (int i = 0; i < 3000; i++) links.setMtu("wan", 1400 + i % 2);
            }
        });
        assertThat(network.readEvents()).contains(new Overrun());
        here.run("ip", "addr", "add", "192.0.2.9/32", "dev", "wan");
        assertThat(network.readEvents()).containsExactly(new AddressesChanged());
    }

    @Test
    void readsLinksAddressesAndMainRoutes() throws Exception {
        here.run("ip", "route", "add", "default", "via", "198.51.100.1", "metric", "20");
        here.run(
                "ip",
                "route",
                "add",
                "192.0.2.0/24",
                "nexthop",
                "via",
                "198.51.100.1",
                "nexthop",
                "via",
                "198.51.100.7");
        here.run("ip", "route", "add", "192.0.3.0/24", "dev", "wan", "table", "77");
        here.run("ip", "route", "add", "unreachable", "192.0.4.0/24");
        NetworkSnapshot snapshot = network.snapshot();
        assertThat(snapshot.link("wan").orElseThrow().usable()).isTrue();
        assertThat(snapshot.link("wan").orElseThrow().mtu()).isEqualTo(1500);
        assertThat(snapshot.addresses())
                .contains(
                        new DeviceAddress("wan", Addresses.parse("198.51.100.2"), 24),
                        new DeviceAddress("wan", Addresses.parse("2001:db8:1::2"), 64));
        assertThat(snapshot.routes().stream().filter(r -> r.destination().family() == Family.IPV4))
                .containsExactlyInAnyOrder(
                        route("0.0.0.0/0", Optional.of("198.51.100.1"), 20),
                        route("198.51.100.0/24", Optional.empty(), 0),
                        route("192.0.2.0/24", Optional.of("198.51.100.1"), 0),
                        route("192.0.2.0/24", Optional.of("198.51.100.7"), 0));
        assertThat(snapshot.routes()).contains(route("2001:db8:1::/64", Optional.empty(), 256));
    }

    @Test
    void followsRulesToFindTheDevice() throws Exception {
        var target = Addresses.parse("203.0.113.5");
        assertThat(network.deviceTowards(target, Layout.OUTER)).isEmpty();
        here.run("ip", "route", "add", "default", "via", "198.51.100.1");
        assertThat(network.deviceTowards(target, Layout.OUTER)).contains("wan");
        here.run("ip", "rule", "add", "fwmark", "0x3f000000/0x3f000000", "prohibit");
        assertThat(network.deviceTowards(target, Layout.OUTER)).isEmpty();
        assertThat(network.deviceTowards(target, Layout.mark(1))).contains("wan");
        assertThat(network.deviceTowards(Addresses.parse("2001:db8:2::1"), Layout.OUTER))
                .isEmpty();
        assertThat(network.deviceTowards(Addresses.parse("2001:db8:1::1"), Layout.OUTER))
                .contains("wan");
    }

    private static MainRoute route(String destination, Optional<String> gateway, long metric) {
        return new MainRoute(InetNetwork.parse(destination), "wan", gateway.map(Addresses::parse), metric);
    }

    private List<NetworkEvent> read() {
        try {
            return network.readEvents();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void poll(Poller poller, List<NetworkEvent> events, Predicate<NetworkEvent> wanted)
            throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (events.stream().noneMatch(wanted)) {
            assertThat(System.nanoTime()).as(() -> "only " + events).isLessThan(deadline);
            poller.poll(Duration.ofSeconds(1));
        }
        events.clear();
    }
}
