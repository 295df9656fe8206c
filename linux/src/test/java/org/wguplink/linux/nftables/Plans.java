package org.wguplink.linux.nftables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Selector;

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

    /** Ana's uplink has a second number, of the flows that always leave there, and is for the essential only. */
    static final FirewallPlan POLICIES = new FirewallPlan(
            List.of(
                    WAN,
                    CONSUMER.paths().get(1),
                    new FirewallPlan.Path(
                            4,
                            "wgu-ana",
                            true,
                            CONSUMER.paths().get(1).sources(),
                            CONSUMER.paths().get(1).resolvers())),
            Optional.empty(),
            List.of(
                    new FirewallPlan.Policed(
                            Selector.of(new FwMark(0x10, 0xff)), new Policy.Mode.Failover(), Optional.empty()),
                    policed(new Policy.Mode.Always(new PeerId("ana")), Optional.of(4), "10.1.3.0/24", "fd01:3::/64"),
                    policed(new Policy.Mode.Always(new PeerId("ben")), Optional.empty(), "10.1.4.0/24"),
                    policed(new Policy.Mode.Never(), Optional.empty(), "10.1.5.0/24", "10.1.6.7/32"),
                    policed(new Policy.Mode.Strict(), Optional.empty(), "10.1.8.0/24")),
            Map.of(
                    "wgu-ana",
                    new Essential(
                            Set.of(Essential.Port.parse("tcp/443"), Essential.Port.parse("udp/123")),
                            Optional.of(512))),
            Optional.empty());

    /** New flows are shared, but for those of two policies. */
    static final FirewallPlan BALANCED = new FirewallPlan(
            CONSUMER.paths(),
            Optional.of(served(true)),
            List.of(),
            Map.of(),
            Optional.of(new FirewallPlan.Balanced(List.of(
                    Selector.of(new FwMark(0x10, 0xff)),
                    Selector.of(Set.of(InetNetwork.parse("10.1.3.0/24"), InetNetwork.parse("fd01:3::/64")))))));

    /** Ben takes no IPv6, and who is the third takes nothing now. */
    static final Map<Family, Shares> SHARES = Map.of(
            Family.IPV4,
            new Shares("wan", List.of(share(3, 1), share(1, 2), new Shares.Share(10, Optional.empty()), share(1, 3))),
            Family.IPV6,
            new Shares("wan", List.of(share(3, 1), share(1, 2))));

    private static Shares.Share share(int weight, int path) {
        return new Shares.Share(weight, Optional.of(path));
    }

    static final FirewallPlan PROVIDER = new FirewallPlan(List.of(WAN), Optional.of(served(true)));
    static final FirewallPlan CLOSED = new FirewallPlan(List.of(WAN), Optional.of(served(false)));

    private static FirewallPlan.Policed policed(Policy.Mode mode, Optional<Integer> fixed, String... sources) {
        return new FirewallPlan.Policed(
                Selector.of(Stream.of(sources).map(InetNetwork::parse).collect(Collectors.toSet())), mode, fixed);
    }

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
