package org.wguplink.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.policy.Selector;
import org.wguplink.core.route.RoutePlan.Change;

class DataPlaneTest {
    private static final Optional<InetAddress> GATEWAY4 = Optional.of(Addresses.parse("100.64.3.1"));
    private static final Optional<InetAddress> GATEWAY6 = Optional.of(Addresses.parse("2001:db8:3::1"));
    private static final PathRoute WAN = PathRoute.own(
            1,
            "wan",
            Map.of(Family.IPV4, GATEWAY4, Family.IPV6, GATEWAY6),
            Set.of(Addresses.parse("100.64.3.2"), Addresses.parse("2001:db8:3::2")));
    private static final PathRoute LTE = PathRoute.own(3, "lte", Map.of(Family.IPV4, Optional.empty()), Set.of());
    private static final PathRoute ANA = PathRoute.uplink(
            2, "wgup-ana", Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty()), Optional.empty());

    @Test
    void ownWanServes() {
        assertThat(print(DataPlane.plan(List.of(WAN, ANA), use(1)), Family.IPV4))
                .isEqualTo("""
                        throw default table 57400
                        default via 100.64.3.1 dev wan table 57430
                        unreachable default table 57430 metric 4294967295
                        default via 100.64.3.1 dev wan table 57401
                        unreachable default table 57401 metric 4294967295
                        default dev wgup-ana table 57402
                        unreachable default table 57402 metric 4294967295
                        pref 5299 fwmark 0x3f000000/0x3f000000 lookup 254 suppress_prefixlength 0
                        pref 5300 fwmark 0x3f000000/0x3f000000 lookup 57430
                        pref 5301 lookup 254 suppress_prefixlength 0
                        pref 5311 fwmark 0x01000000/0x1f000000 lookup 57401
                        pref 5341 oif wan lookup 57401
                        pref 5372 from 100.64.3.2/32 lookup 57401
                        pref 5312 fwmark 0x02000000/0x1f000000 lookup 57402
                        pref 5342 oif wgup-ana lookup 57402
                        pref 5390 lookup 57400
                        """);
    }

    @Test
    void uplinkServesAndConsumersAreServed() {
        assertThat(print(DataPlane.plan(List.of(WAN, ANA), serving(use(2))), Family.IPV6))
                .isEqualTo("""
                        -6 default dev wgup-ana table 57400
                        -6 default via 2001:db8:3:0:0:0:0:1 dev wan table 57430
                        -6 unreachable default table 57430 metric 4294967295
                        -6 default via 2001:db8:3:0:0:0:0:1 dev wan table 57401
                        -6 unreachable default table 57401 metric 4294967295
                        -6 default dev wgup-ana table 57402
                        -6 unreachable default table 57402 metric 4294967295
                        -6 pref 5299 fwmark 0x3f000000/0x3f000000 lookup 254 suppress_prefixlength 0
                        -6 pref 5300 fwmark 0x3f000000/0x3f000000 lookup 57430
                        -6 pref 5297 iif wgup-serve lookup 57401
                        -6 pref 5298 iif wgup-serve prohibit
                        -6 pref 5301 lookup 254 suppress_prefixlength 0
                        -6 pref 5311 fwmark 0x01000000/0x1f000000 lookup 57401
                        -6 pref 5341 oif wan lookup 57401
                        -6 pref 5372 from 2001:db8:3:0:0:0:0:2/128 lookup 57401
                        -6 pref 5312 fwmark 0x02000000/0x1f000000 lookup 57402
                        -6 pref 5342 oif wgup-ana lookup 57402
                        -6 pref 5390 lookup 57400
                        """);
    }

    @Test
    void aSwitchIsOneReplacedRouteAFamilyAndNothingElse() {
        RoutePlan direct = DataPlane.plan(List.of(WAN, ANA), use(1));
        RoutePlan borrowed = DataPlane.plan(List.of(WAN, ANA), use(2));
        assertThat(borrowed.changesFrom(direct))
                .hasSize(2)
                .allMatch(c ->
                        c instanceof Change.PutRoute(var route) && route.table().equals(Layout.ACTIVE));
        assertThat(borrowed.changesFrom(borrowed)).isEmpty();
    }

    @Test
    void fromNothingAndBackToNothing() {
        RoutePlan plan = DataPlane.plan(List.of(WAN), use(1));
        assertThat(plan.changesFrom(RoutePlan.EMPTY))
                .allMatch(c -> c instanceof Change.PutRoute || c instanceof Change.AddRule);
        assertThat(RoutePlan.EMPTY.changesFrom(plan))
                .hasSize(plan.routes().size() + plan.rules().size())
                .allMatch(c -> c instanceof Change.DeleteRoute || c instanceof Change.DeleteRule);
    }

    @Test
    void aFamilyThatThePathDoesNotCarryIsUnreachableThere() {
        var v4Only = PathRoute.uplink(2, "wgup-ana", Map.of(Family.IPV4, Optional.empty()), Optional.empty());
        assertThat(DataPlane.plan(List.of(WAN, v4Only), use(2)).routes())
                .contains(Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.UNREACHABLE, 0));
    }

    @Test
    void anotherOwnWanThanTheOneOfMainIsRoutedByUs() {
        RoutePlan plan = DataPlane.plan(List.of(WAN, LTE, ANA), use(3));
        assertThat(plan.routes())
                .contains(
                        Route.via(Family.IPV4, Layout.ACTIVE, "lte", Optional.empty()),
                        // without IPv6 there, hosts are told at once rather than sent to the dead line
                        Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.UNREACHABLE, 0));
        RoutePlan other = DataPlane.plan(List.of(WAN, ANA), use(1, Map.of(Family.IPV4, "vpn0"), Set.of()));
        assertThat(other.routes())
                .as("a default that is no own WAN of ours is left to serve")
                .contains(Route.ending(Family.IPV4, Layout.ACTIVE, Route.Type.THROW, 0));
    }

    @Test
    void aConsumersFlowStaysOnTheOwnWanWhereItBegan() {
        assertThat(print(DataPlane.plan(List.of(WAN, LTE), serving(use(3))), Family.IPV4))
                .contains("""
                        pref 5296 fwmark 0x01000000/0x3f000000 iif wgup-serve lookup 57401
                        pref 5296 fwmark 0x03000000/0x3f000000 iif wgup-serve lookup 57403
                        pref 5297 iif wgup-serve lookup 57403
                        pref 5298 iif wgup-serve prohibit
                        """);
    }

    @Test
    void outerPacketsOfForeignTunnelsNeverTakeTheActiveTable() {
        PathUse use = use(2, Map.of(Family.IPV4, "wan"), Set.of(51820));
        assertThat(print(DataPlane.plan(List.of(WAN, ANA), use), Family.IPV4))
                .contains("pref 5302 ipproto udp sport 51820 lookup 57430\n");
    }

    @Test
    void withoutAnyUnderlayOuterPacketsEndInsteadOfLooping() {
        PathUse use = new PathUse(Optional.of(2), Optional.empty(), Optional.empty(), Map.of(), Map.of(), Set.of());
        assertThat(print(DataPlane.plan(List.of(ANA), use), Family.IPV4))
                .contains("unreachable default table 57430 metric 4294967295\n")
                .doesNotContain("default dev wgup-ana table 57430");
    }

    @Test
    void aConsumerBehindANarrowerPathHasARouteThatSaysSo() {
        PathUse use = serving(use(1));
        var narrow = new PathUse(
                use.active(),
                use.refused(),
                use.lent(),
                use.served(),
                Map.of(Addresses.parse("10.66.0.2"), 1340, Addresses.parse("fd66::2"), 1340),
                use.mainDefaults(),
                use.outer(),
                use.foreignPorts(),
                List.of());
        RoutePlan plan = DataPlane.plan(List.of(WAN), narrow);
        assertThat(print(plan, Family.IPV4)).contains("10.66.0.2/32 dev wgup-serve table 254 mtu lock 1340\n");
        assertThat(print(plan, Family.IPV6))
                .contains("-6 fd66:0:0:0:0:0:0:2/128 dev wgup-serve table 254 mtu lock 1340\n");
        assertThat(DataPlane.plan(List.of(WAN), use).changesFrom(plan))
                .extracting(Change::toString)
                .hasSize(2)
                .allMatch(change -> change.startsWith("DeleteRoute"));
    }

    @Test
    void policiesComeAfterPinnedFlowsAndBeforeTheRest() {
        var refused = Selector.of(Set.of(InetNetwork.parse("10.1.4.0/24"), InetNetwork.parse("fd01:4::/64")));
        var marked = Selector.of(new FwMark(0x10, 0xff));
        PathUse use = policed(
                new PolicyRoute(Family.IPV4, Selector.of(Set.of(InetNetwork.parse("10.1.3.0/24"))), Optional.of(2)),
                new PolicyRoute(Family.IPV4, refused, Optional.empty()),
                new PolicyRoute(Family.IPV4, marked, Optional.of(1)),
                new PolicyRoute(Family.IPV6, refused, Optional.empty()),
                new PolicyRoute(Family.IPV6, marked, Optional.of(2)));
        RoutePlan plan = DataPlane.plan(List.of(WAN, ANA), use);
        assertThat(print(plan, Family.IPV4)).contains("""
                pref 5371 from 10.1.3.0/24 lookup 57402
                pref 5371 from 10.1.4.0/24 prohibit
                pref 5370 fwmark 0x00000010/0x000000ff lookup 57401
                """);
        assertThat(print(plan, Family.IPV6))
                .contains("-6 pref 5371 from fd01:4:0:0:0:0:0:0/64 prohibit\n")
                .contains("-6 pref 5370 fwmark 0x00000010/0x000000ff lookup 57402\n");
    }

    @Test
    void whenAPolicyLeadsElsewhereTheNewRuleIsThereBeforeTheOldIsGone() {
        var hosts = Selector.of(Set.of(InetNetwork.parse("10.1.3.0/24")));
        RoutePlan before =
                DataPlane.plan(List.of(WAN, ANA), policed(new PolicyRoute(Family.IPV4, hosts, Optional.of(1))));
        RoutePlan after =
                DataPlane.plan(List.of(WAN, ANA), policed(new PolicyRoute(Family.IPV4, hosts, Optional.empty())));
        assertThat(after.changesFrom(before))
                .extracting(Change::toString)
                .satisfiesExactly(
                        added -> assertThat(added).contains("AddRule", "pref 5371 from 10.1.3.0/24 prohibit"),
                        gone -> assertThat(gone).contains("DeleteRule", "pref 5371 from 10.1.3.0/24 lookup 57401"));
    }

    @Test
    void eachFamilyGoesItsOwnWay() {
        RoutePlan plan = DataPlane.plan(List.of(WAN, ANA), parted(Map.of(Family.IPV4, 2, Family.IPV6, 1), Set.of()));
        assertThat(plan.routes())
                .contains(
                        Route.via(Family.IPV4, Layout.ACTIVE, "wgup-ana", Optional.empty()),
                        Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.THROW, 0));
        RoutePlan refused =
                DataPlane.plan(List.of(WAN, ANA), parted(Map.of(Family.IPV4, 1, Family.IPV6, 1), Set.of(Family.IPV6)));
        assertThat(refused.routes())
                .contains(
                        Route.ending(Family.IPV4, Layout.ACTIVE, Route.Type.THROW, 0),
                        Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.UNREACHABLE, 0));
    }

    private static PathUse parted(Map<Family, Integer> active, Set<Family> refused) {
        PathUse use = use(1);
        return new PathUse(
                active,
                refused,
                use.lent(),
                use.served(),
                use.narrow(),
                use.mainDefaults(),
                use.outer(),
                use.foreignPorts(),
                use.policies());
    }

    private static PathUse policed(PolicyRoute... policies) {
        PathUse use = use(1);
        return new PathUse(
                use.active(),
                use.refused(),
                use.lent(),
                use.served(),
                use.narrow(),
                use.mainDefaults(),
                use.outer(),
                use.foreignPorts(),
                List.of(policies));
    }

    private static PathUse use(int active) {
        return use(active, Map.of(Family.IPV4, "wan", Family.IPV6, "wan"), Set.of());
    }

    private static PathUse use(int active, Map<Family, String> mainDefaults, Set<Integer> foreignPorts) {
        return new PathUse(
                Optional.of(active),
                Optional.of(active == 3 ? 3 : 1),
                Optional.empty(),
                mainDefaults,
                Map.of(Family.IPV4, new NextHop("wan", GATEWAY4), Family.IPV6, new NextHop("wan", GATEWAY6)),
                foreignPorts);
    }

    private static PathUse serving(PathUse use) {
        return new PathUse(
                use.active(),
                use.refused(),
                use.lent(),
                Optional.of("wgup-serve"),
                use.narrow(),
                use.mainDefaults(),
                use.outer(),
                use.foreignPorts(),
                use.policies());
    }

    private static String print(RoutePlan plan, Family family) {
        return Stream.concat(
                        plan.routes().stream().filter(r -> r.family() == family),
                        plan.rules().stream().filter(r -> r.family() == family))
                .map(x -> x + "\n")
                .collect(Collectors.joining());
    }
}
