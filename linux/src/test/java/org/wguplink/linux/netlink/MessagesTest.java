package org.wguplink.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RouteTable;
import org.wguplink.core.route.Rule;
import org.wguplink.linux.testing.NetlinkFixtures;

/** Our messages beside those of iproute2 and pyroute2, see src/test/resources/netlink/README.md. */
class MessagesTest {
    private static final int WAN = 3;
    private static final RouteTable ONE = Layout.table(1);
    private static final Route V4_DEVICE = Route.via(Family.IPV4, Layout.table(2), "wan", Optional.empty());
    private static final Route V6_DEVICE = Route.via(Family.IPV6, Layout.table(2), "wan", Optional.empty());
    private static final Route V4_GATEWAY =
            Route.via(Family.IPV4, ONE, "wan", Optional.of(Addresses.parse("198.51.100.1")));
    private static final Route V6_GATEWAY =
            Route.via(Family.IPV6, ONE, "wan", Optional.of(Addresses.parse("2001:db8:1::1")));
    private static final Route V4_UNREACHABLE =
            Route.ending(Family.IPV4, ONE, Route.Type.UNREACHABLE, Layout.LAST_METRIC);
    private static final Rule MARKED =
            Rule.lookup(Family.IPV4, Layout.PREF_MARK, ONE).withMark(Layout.mark(1));
    private static final DeviceAddress V4_ADDRESS = new DeviceAddress("wan", Addresses.parse("10.250.0.2"), 32);
    private static final DeviceAddress V6_ADDRESS = new DeviceAddress("wan", Addresses.parse("fd00:250::2"), 128);

    record Row(String name, int fixedHeader, Consumer<MessageWriter> write) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> routesAndRules() {
        return Stream.of(
                new Row("route-v4-gateway", 12, w -> RouteMessages.put(w, V4_GATEWAY, WAN)),
                new Row("route-v4-device", 12, w -> RouteMessages.put(w, V4_DEVICE, WAN)),
                new Row("route-v6-gateway", 12, w -> RouteMessages.put(w, V6_GATEWAY, WAN)),
                new Row("route-v6-device", 12, w -> RouteMessages.put(w, V6_DEVICE, WAN)),
                new Row("route-v4-throw", 12, w -> RouteMessages.put(w, active(Family.IPV4), 0)),
                new Row("route-v6-throw", 12, w -> RouteMessages.put(w, active(Family.IPV6), 0)),
                new Row("route-v4-unreachable", 12, w -> RouteMessages.put(w, V4_UNREACHABLE, 0)),
                new Row(
                        "route-v6-prohibit",
                        12,
                        w -> RouteMessages.put(
                                w, Route.ending(Family.IPV6, ONE, Route.Type.PROHIBIT, Layout.LAST_METRIC), 0)),
                new Row("route-v4-delete", 12, w -> RouteMessages.delete(w, V4_DEVICE, WAN)),
                new Row("route-v6-delete", 12, w -> RouteMessages.delete(w, V6_GATEWAY, WAN)),
                new Row("route-v4-delete-unreachable", 12, w -> RouteMessages.delete(w, V4_UNREACHABLE, 0)),
                new Row(
                        "rule-outer",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV4, Layout.PREF_OUTER, RouteTable.MAIN)
                                        .withMark(Layout.OUTER))),
                new Row(
                        "rule-suppress",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV6, Layout.PREF_MAIN, RouteTable.MAIN)
                                        .withSuppressPrefixLength(0))),
                new Row("rule-mark", 12, w -> RuleMessages.add(w, MARKED)),
                new Row(
                        "rule-oif",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV6, Layout.PREF_DEVICE, ONE)
                                        .withOutDevice("wan"))),
                new Row(
                        "rule-from",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV4, Layout.PREF_SOURCE, ONE)
                                        .withSource(InetNetwork.parse("100.64.3.2")))),
                new Row(
                        "rule-from-v6",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV6, Layout.PREF_SOURCE, ONE)
                                        .withSource(InetNetwork.parse("2001:db8:3::2")))),
                new Row(
                        "rule-sport",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV4, Layout.PREF_FOREIGN_OUTER, Layout.OUTER_TABLE)
                                        .withUdpSourcePort(51820))),
                new Row(
                        "rule-iif",
                        12,
                        w -> RuleMessages.add(
                                w,
                                Rule.lookup(Family.IPV4, Layout.PREF_SERVED, ONE)
                                        .withInDevice("wan"))),
                new Row(
                        "rule-prohibit",
                        12,
                        w -> RuleMessages.add(w, Rule.prohibit(Family.IPV4, Layout.PREF_SERVED_ELSE, "wan"))),
                new Row("rule-delete", 12, w -> RuleMessages.delete(w, MARKED)),
                new Row(
                        "rule-delete-prohibit",
                        12,
                        w -> RuleMessages.delete(w, Rule.prohibit(Family.IPV4, Layout.PREF_SERVED_ELSE, "wan"))));
    }

    static Stream<Row> linksAndAddresses() {
        return Stream.of(
                new Row("link-mtu", 16, w -> LinkControl.setMtu(w, WAN, 1420)),
                new Row("link-up", 16, w -> LinkControl.setUp(w, WAN)),
                new Row("link-delete", 16, w -> LinkControl.delete(w, WAN)),
                new Row("address-v4", 8, w -> LinkControl.addAddress(w, WAN, V4_ADDRESS)),
                new Row("address-v6", 8, w -> LinkControl.addAddress(w, WAN, V6_ADDRESS)),
                new Row("address-delete", 8, w -> LinkControl.deleteAddress(w, WAN, V4_ADDRESS)),
                new Row("getroute-v4", 12, w -> KernelNetwork.lookUp(w, Addresses.parse("203.0.113.5"), Layout.OUTER)),
                new Row(
                        "getroute-v6",
                        12,
                        w -> KernelNetwork.lookUp(w, Addresses.parse("2001:db8:2::5"), Layout.OUTER)),
                new Row("link-create", 16, w -> LinkControl.create(w, "wgu-ana", "wireguard")));
    }

    @ParameterizedTest
    @MethodSource({"routesAndRules", "linksAndAddresses"})
    void isWhatOthersSend(Row row) {
        var writer = new MessageWriter();
        row.write.accept(writer);
        assertThat(NetlinkFixtures.describe(writer.toBytes(), row.fixedHeader, false))
                .isEqualTo(NetlinkFixtures.describe(NetlinkFixtures.read(row.name), row.fixedHeader, false));
    }

    private static Route active(Family family) {
        return Route.ending(family, Layout.ACTIVE, Route.Type.THROW, 0);
    }
}
