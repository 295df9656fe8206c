package org.wguplink.linux.nftables;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.InetNetwork;

/** Plans for tests. */
final class Plans {
    private Plans() {}

    private static final FirewallPlan.Path WAN = new FirewallPlan.Path(1, "wan", false, Set.of());

    static final FirewallPlan CONSUMER = new FirewallPlan(
            List.of(
                    WAN,
                    new FirewallPlan.Path(
                            2,
                            "wgu-ana",
                            true,
                            Set.of(Addresses.parse("10.250.0.2"), Addresses.parse("fd00:250::2")),
                            Set.of(Addresses.parse("10.250.0.1"), Addresses.parse("fd00:250::1"))),
                    new FirewallPlan.Path(
                            3,
                            "wgu-ben",
                            true,
                            Set.of(Addresses.parse("10.251.0.2")),
                            Set.of(Addresses.parse("9.9.9.9")))),
            Optional.empty());

    static final FirewallPlan PROVIDER = new FirewallPlan(List.of(WAN), Optional.of(served(true)));
    static final FirewallPlan CLOSED = new FirewallPlan(List.of(WAN), Optional.of(served(false)));

    private static FirewallPlan.Served served(boolean open) {
        return new FirewallPlan.Served(
                "wgu-srv",
                Set.of(Addresses.parse("10.250.0.2"), Addresses.parse("10.250.0.3"), Addresses.parse("fd00:250::2")),
                Set.of(Addresses.parse("10.250.0.1"), Addresses.parse("fd00:250::1")),
                Set.of("wan"),
                open,
                Set.of(InetNetwork.parse("203.0.113.0/24"), InetNetwork.parse("2001:db8:5::/64")),
                Set.of(),
                Set.of(Addresses.parse("192.168.1.1"), Addresses.parse("2001:db8:5::53")),
                Set.of());
    }
}
