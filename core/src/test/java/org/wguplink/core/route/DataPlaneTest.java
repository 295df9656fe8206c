package org.wguplink.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.RoutePlan.Change;

class DataPlaneTest {
    private static final PathRoute WAN = new PathRoute(
            1,
            "wan",
            Map.of(
                    Family.IPV4, Optional.of(Addresses.parse("100.64.3.1")),
                    Family.IPV6, Optional.of(Addresses.parse("2001:db8:3::1"))));
    private static final PathRoute ANA =
            new PathRoute(2, "wgup-ana", Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty()));

    @Test
    void ownWanServes() {
        assertThat(print(DataPlane.plan(List.of(WAN, ANA), 1, Optional.empty()), Family.IPV4))
                .isEqualTo("""
                        throw default table 57400
                        default via 100.64.3.1 dev wan table 57401
                        unreachable default table 57401 metric 4294967295
                        default dev wgup-ana table 57402
                        unreachable default table 57402 metric 4294967295
                        pref 5300 fwmark 0x3f000000/0x3f000000 lookup 254
                        pref 5301 lookup 254 suppress_prefixlength 0
                        pref 5311 fwmark 0x01000000/0x3f000000 lookup 57401
                        pref 5341 oif wan lookup 57401
                        pref 5312 fwmark 0x02000000/0x3f000000 lookup 57402
                        pref 5342 oif wgup-ana lookup 57402
                        pref 5390 lookup 57400
                        """);
    }

    @Test
    void uplinkServesAndConsumersAreServed() {
        assertThat(print(DataPlane.plan(List.of(WAN, ANA), 2, Optional.of("wgup-serve")), Family.IPV6))
                .isEqualTo("""
                        -6 default dev wgup-ana table 57400
                        -6 default via 2001:db8:3:0:0:0:0:1 dev wan table 57401
                        -6 unreachable default table 57401 metric 4294967295
                        -6 default dev wgup-ana table 57402
                        -6 unreachable default table 57402 metric 4294967295
                        -6 pref 5296 iif wgup-serve lookup 57401
                        -6 pref 5297 iif wgup-serve prohibit
                        -6 pref 5300 fwmark 0x3f000000/0x3f000000 lookup 254
                        -6 pref 5301 lookup 254 suppress_prefixlength 0
                        -6 pref 5311 fwmark 0x01000000/0x3f000000 lookup 57401
                        -6 pref 5341 oif wan lookup 57401
                        -6 pref 5312 fwmark 0x02000000/0x3f000000 lookup 57402
                        -6 pref 5342 oif wgup-ana lookup 57402
                        -6 pref 5390 lookup 57400
                        """);
    }

    @Test
    void aSwitchIsOneReplacedRouteAFamilyAndNothingElse() {
        RoutePlan direct = DataPlane.plan(List.of(WAN, ANA), 1, Optional.empty());
        RoutePlan borrowed = DataPlane.plan(List.of(WAN, ANA), 2, Optional.empty());
        assertThat(borrowed.changesFrom(direct))
                .hasSize(2)
                .allMatch(c ->
                        c instanceof Change.PutRoute(var route) && route.table().equals(Layout.ACTIVE));
        assertThat(borrowed.changesFrom(borrowed)).isEmpty();
    }

    @Test
    void fromNothingAndBackToNothing() {
        RoutePlan plan = DataPlane.plan(List.of(WAN), 1, Optional.empty());
        assertThat(plan.changesFrom(RoutePlan.EMPTY))
                .allMatch(c -> c instanceof Change.PutRoute || c instanceof Change.AddRule);
        assertThat(RoutePlan.EMPTY.changesFrom(plan))
                .hasSize(plan.routes().size() + plan.rules().size())
                .allMatch(c -> c instanceof Change.DeleteRoute || c instanceof Change.DeleteRule);
    }

    @Test
    void aFamilyThatThePathDoesNotCarryIsUnreachableThere() {
        var v4Only = new PathRoute(2, "wgup-ana", Map.of(Family.IPV4, Optional.empty()));
        assertThat(DataPlane.plan(List.of(WAN, v4Only), 2, Optional.empty()).routes())
                .contains(Route.ending(Family.IPV6, Layout.ACTIVE, Route.Type.UNREACHABLE, 0));
    }

    private static String print(RoutePlan plan, Family family) {
        return Stream.concat(
                        plan.routes().stream().filter(r -> r.family() == family),
                        plan.rules().stream().filter(r -> r.family() == family))
                .map(x -> x + "\n")
                .collect(Collectors.joining());
    }
}
