package org.wguplink.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.core.route.RouteTable;
import org.wguplink.core.route.RouterException;
import org.wguplink.core.route.Rule;
import org.wguplink.linux.testing.NetNamespace;

/** The oracle is iproute2. */
@Tag("kernel")
class NetlinkRouterKernelTest {
    private NetNamespace here;
    private NetNamespace there;
    private NetlinkRouter router;

    @BeforeEach
    void setUp() {
        here = NetNamespace.create();
        there = NetNamespace.create();
        here.join("wan", "198.51.100.2/24", there, "isp", "198.51.100.1/24");
        here.address("wan", "2001:db8:1::2/64");
        here.join("tun", "10.9.0.2/32", there, "far", "10.9.0.1/32");
        router = here.in(NetlinkRouter::new);
    }

    @AfterEach
    void tearDown() {
        if (router != null) router.close();
        if (here != null) here.close();
        if (there != null) there.close();
    }

    @Test
    void installsWhatIproute2ThenShows() throws Exception {
        router.apply(wholePlan(Route.Type.THROW));

        assertThat(rules("-4"))
                .containsExactly(
                        "5297:\tfrom all iif lan [detached] lookup 57401 proto 213",
                        "5298:\tfrom all iif lan [detached] prohibit proto 213",
                        "5300:\tfrom all fwmark 0x3f000000/0x3f000000 lookup main proto 213",
                        "5301:\tfrom all lookup main suppress_prefixlength 0 proto 213",
                        "5302:\tfrom all ipproto udp sport 51820 lookup 57401 proto 213",
                        "5310:\tfrom all fwmark 0x1000000/0x3f000000 lookup 57401 proto 213",
                        "5340:\tfrom all oif wan lookup 57401 proto 213",
                        "5372:\tfrom 198.51.100.2 lookup 57401 proto 213",
                        "5390:\tfrom all lookup 57400 proto 213");
        assertThat(rules("-6"))
                .extracting(rule -> rule.replace("2001:db8:1::2", "198.51.100.2"))
                .containsExactlyElementsOf(rules("-4"));
        assertThat(routes("-4"))
                .containsExactlyInAnyOrder(
                        "throw default table 57400",
                        "default via 198.51.100.1 dev wan table 57401 onlink",
                        "unreachable default table 57401 metric 4294967295",
                        "default dev tun table 57402 scope link",
                        "unreachable default table 57402 metric 4294967295");
        assertThat(routes("-6"))
                .containsExactlyInAnyOrder(
                        "throw default dev lo table 57400 metric 1024 pref medium",
                        "default via 2001:db8:1::1 dev wan table 57401 metric 1024 onlink pref medium",
                        "unreachable default dev lo table 57401 metric 4294967295 pref medium",
                        "default dev tun table 57402 metric 1024 pref medium",
                        "unreachable default dev lo table 57402 metric 4294967295 pref medium");
    }

    @Test
    void readsBackWhatItInstalled() throws Exception {
        RoutePlan plan = wholePlan(Route.Type.THROW);
        router.apply(plan);
        RoutePlan read = router.read();
        assertThat(read.routes()).containsExactlyInAnyOrderElementsOf(plan.routes());
        assertThat(read.rules()).containsExactlyInAnyOrderElementsOf(plan.rules());
    }

    @Test
    void aSecondApplyChangesNothing() throws Exception {
        RoutePlan plan = wholePlan(Route.Type.THROW);
        router.apply(plan);
        try (var monitor = here.in(() -> new NetlinkSocket(
                        "test",
                        NetlinkSocket.ROUTE,
                        Rtnetlink.RTMGRP_IPV4_ROUTE
                                | Rtnetlink.RTMGRP_IPV6_ROUTE
                                | Rtnetlink.RTMGRP_IPV4_RULE
                                | Rtnetlink.RTMGRP_IPV6_RULE));
                var other = here.in(NetlinkRouter::new)) {
            router.apply(plan);
            router.forget();
            router.apply(plan);
            // another router finds the plan in the kernel, as a daemon does that starts again
            other.apply(plan);
            assertThat(monitor.receive()).isEmpty();
        }
    }

    @Test
    void replacesOnlyWhatDiffers() throws Exception {
        router.apply(wholePlan(Route.Type.THROW));
        RoutePlan switched = wholePlan(Route.Type.UNREACHABLE);
        router.apply(switched);
        assertThat(routes("-4")).contains("unreachable default table 57400").hasSize(5);
        assertThat(routes("-6"))
                .contains("unreachable default dev lo table 57400 metric 1024 pref medium")
                .hasSize(5);
    }

    @Test
    void theActiveTableMovesFromThrowToATunnelAndBack() throws Exception {
        Route active = Route.via(Family.IPV6, Layout.ACTIVE, "tun", Optional.empty());
        Route active4 = Route.via(Family.IPV4, Layout.ACTIVE, "tun", Optional.empty());
        for (int i = 0; i < 3; i++) {
            router.apply(plan(
                    List.of(
                            Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.THROW, 0),
                            Route.ending(Family.IPV4, Layout.ACTIVE, Route.Type.THROW, 0)),
                    List.of()));
            assertThat(routes("-6")).containsExactly("throw default dev lo table 57400 metric 1024 pref medium");
            router.apply(plan(List.of(active, active4), List.of()));
            assertThat(routes("-6")).containsExactly("default dev tun table 57400 metric 1024 pref medium");
            assertThat(routes("-4")).containsExactly("default dev tun table 57400 scope link");
        }
    }

    @Test
    void removesAllOfOursAndNothingElse() throws Exception {
        here.run("ip", "route", "add", "203.0.113.0/24", "dev", "wan");
        here.run("ip", "route", "add", "default", "via", "198.51.100.1", "table", "57401", "metric", "7");
        here.run("ip", "rule", "add", "pref", "5305", "lookup", "main");
        here.run("ip", "rule", "add", "pref", "6000", "lookup", "main", "protocol", "213");
        String before = here.run("ip", "rule") + here.run("ip", "route", "show", "table", "all");
        router.apply(wholePlan(Route.Type.THROW));
        try (var cleaner = here.in(NetlinkRouter::new)) {
            cleaner.removeAll();
        }
        assertThat(here.run("ip", "rule") + here.run("ip", "route", "show", "table", "all"))
                .isEqualTo(before);
    }

    @Test
    void comesBackAfterADeviceWentDown() throws Exception {
        RoutePlan plan = wholePlan(Route.Type.THROW);
        router.apply(plan);
        here.run("ip", "link", "set", "tun", "down");
        here.run("ip", "link", "set", "tun", "up");
        assertThat(routes("-4")).noneMatch(route -> route.contains("dev tun"));
        router.forget();
        router.apply(plan);
        assertThat(routes("-4")).contains("default dev tun table 57402 scope link");
        assertThat(router.read().routes()).containsExactlyInAnyOrderElementsOf(plan.routes());
    }

    @Test
    void oneVanishedDeviceDoesNotHoldUpTheRest() {
        here.run("ip", "link", "del", "tun");
        assertThatThrownBy(() -> router.apply(wholePlan(Route.Type.THROW)))
                .isInstanceOf(RouterException.class)
                .hasMessageContaining("look up device tun: No such device (ENODEV)");
        assertThat(routes("-4")).contains("default via 198.51.100.1 dev wan table 57401 onlink");
        assertThat(rules("-4")).hasSize(9);
    }

    @Test
    void saysWhatTheKernelRefusedAndWhy() {
        here.run("ip", "link", "set", "tun", "down");
        assertThatThrownBy(() -> router.apply(wholePlan(Route.Type.THROW)))
                .isInstanceOf(RouterException.class)
                .hasMessageContaining("put route default dev tun table 57402: Network is down (ENETDOWN)");
    }

    /** A rule that somebody deleted is not missed, and one that is there already is no error. */
    @Test
    void recoversWhenWhatItKnewWasWrong() throws Exception {
        RoutePlan plan = wholePlan(Route.Type.THROW);
        router.apply(plan);
        here.run("ip", "rule", "del", "pref", "5390");
        router.apply(RoutePlan.EMPTY);
        assertThat(rules("-4")).isEmpty();
        assertThat(routes("-4")).isEmpty();
        router.apply(RoutePlan.EMPTY);
        here.run(
                "ip", "rule", "add", "pref", "5301", "lookup", "main", "suppress_prefixlength", "0", "protocol", "213");
        router.apply(plan);
        assertThat(rules("-4")).hasSize(9);
    }

    @Test
    void aRouteToAConsumerTellsWhatFitsAndGoesAgain() throws Exception {
        var plan = plan(
                List.of(
                        Route.toConsumer(Addresses.parse("10.66.0.2"), "tun", 1340),
                        Route.toConsumer(Addresses.parse("2001:db8:66::2"), "tun", 1340)),
                List.of());
        router.apply(plan);
        assertThat(here.run("ip", "route", "get", "10.66.0.2")).contains("dev tun", "mtu lock 1340");
        assertThat(here.run("ip", "route", "get", "2001:db8:66::2")).contains("dev tun", "mtu lock 1340");
        assertThat(router.read().routes()).containsExactlyInAnyOrderElementsOf(plan.routes());
        router.apply(RoutePlan.EMPTY);
        assertThat(here.run("ip", "route", "show", "table", "all", "proto", "213"))
                .isBlank();
    }

    private static RoutePlan wholePlan(Route.Type active) {
        var routes = new LinkedHashSet<Route>();
        var rules = new LinkedHashSet<Rule>();
        for (Family family : Family.values()) {
            String gateway = family == Family.IPV4 ? "198.51.100.1" : "2001:db8:1::1";
            RouteTable wan = Layout.table(1);
            routes.add(Route.ending(family, Layout.ACTIVE, active, 0));
            routes.add(Route.via(family, wan, "wan", Optional.of(Addresses.parse(gateway))));
            routes.add(Route.ending(family, wan, Route.Type.UNREACHABLE, Layout.LAST_METRIC));
            routes.add(Route.via(family, Layout.table(2), "tun", Optional.empty()));
            routes.add(Route.ending(family, Layout.table(2), Route.Type.UNREACHABLE, Layout.LAST_METRIC));
            rules.add(Rule.lookup(family, Layout.PREF_SERVED, wan).withInDevice("lan"));
            rules.add(Rule.prohibit(family, Layout.PREF_SERVED_ELSE, "lan"));
            rules.add(Rule.lookup(family, Layout.PREF_OUTER, RouteTable.MAIN)
                    .withMark(new FwMark(Layout.MARK_MASK, Layout.MARK_MASK)));
            rules.add(Rule.lookup(family, Layout.PREF_MAIN, RouteTable.MAIN).withSuppressPrefixLength(0));
            rules.add(Rule.lookup(family, Layout.PREF_FOREIGN_OUTER, wan).withUdpSourcePort(51820));
            rules.add(Rule.lookup(family, Layout.PREF_SOURCE, wan)
                    .withSource(InetNetwork.host(
                            Addresses.parse(family == Family.IPV4 ? "198.51.100.2" : "2001:db8:1::2"))));
            rules.add(Rule.lookup(family, Layout.PREF_MARK, wan).withMark(Layout.mark(1)));
            rules.add(Rule.lookup(family, Layout.PREF_DEVICE, wan).withOutDevice("wan"));
            rules.add(Rule.lookup(family, Layout.PREF_ACTIVE, Layout.ACTIVE));
        }
        return new RoutePlan(routes, rules);
    }

    private static RoutePlan plan(List<Route> routes, List<Rule> rules) {
        return new RoutePlan(new LinkedHashSet<>(routes), new LinkedHashSet<>(rules));
    }

    private List<String> rules(String family) {
        return here.run("ip", family, "rule")
                .lines()
                .filter(line -> line.endsWith("proto 213"))
                .map(String::strip)
                .toList();
    }

    private List<String> routes(String family) {
        return here.run("ip", family, "route", "show", "table", "all", "proto", "213")
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }
}
