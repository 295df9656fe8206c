package org.wguplink.core.firewall;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Selector;

/** Everything that our nftables table holds. Applied whole and atomically. */
public record FirewallPlan(
        List<Path> paths,
        Optional<Served> served,
        List<Policed> policies,
        Map<String, Essential> essentials,
        Optional<Balanced> balanced) {
    /** @param essentials by the device of an uplink, what alone may go there */
    public FirewallPlan {
        paths = List.copyOf(paths);
        policies = List.copyOf(policies);
        essentials = Map.copyOf(essentials);
    }

    /** All hosts and all uplinks are alike. */
    public FirewallPlan(List<Path> paths, Optional<Served> served) {
        this(paths, served, List.of(), Map.of(), Optional.empty());
    }

    /**
     * Traffic that the user has a policy for. The first counts that matches.
     *
     * @param fixed of {@link Policy.Mode.Always}, the number of the path that its flows are pinned to; empty while there
     *     is none
     */
    public record Policed(Selector selector, Policy.Mode mode, Optional<Integer> fixed) {}

    /**
     * New flows of the LAN may be shared over several paths; over which, is no part of the plan ({@link Shares}).
     *
     * @param except whose flows are not: all that the user has a policy for
     */
    public record Balanced(List<Selector> except) {
        public Balanced {
            except = List.copyOf(except);
        }
    }

    /**
     * A way to the internet: its flows are pinned to it by connection mark.
     *
     * @param number 1 for the own WAN, 2 to 29 for uplinks; it is the mark and the table
     * @param uplink whether it is borrowed: then it is masqueraded and its MSS clamped
     * @param sources on an uplink, our leased addresses: a packet with another source never leaves there
     * @param resolvers on an uplink, whom queries for names are led to, one of each family; of a family without one they
     *     are dropped
     */
    public record Path(
            int number, String device, boolean uplink, Set<InetAddress> sources, Set<InetAddress> resolvers) {
        public Path {
            sources = Set.copyOf(sources);
            resolvers = Set.copyOf(resolvers);
        }

        /** A path that leads no queries anywhere. */
        public Path(int number, String device, boolean uplink, Set<InetAddress> sources) {
            this(number, device, uplink, sources, Set.of());
        }
    }

    /**
     * The interface on which we serve consumers: they reach the internet by {@code wans} and nothing else of ours.
     *
     * @param leased the consumers' addresses in the tunnel
     * @param own our own addresses on the interface (ping is answered there)
     * @param open false while we do not lend: consumers are refused at once
     * @param denied prefixes behind {@code wans} that are not for consumers: our own addresses and on-link networks.
     *     Private and special ranges are denied anyway
     * @param refused families that do not get through to the internet: consumers are refused in them at once
     * @param resolvers behind {@code wans}, whom queries to our own addresses are led to, one of each family at the most
     * @param testers leased addresses of our own, that are not refused whatever else is: with them we test the service
     */
    public record Served(
            String device,
            Set<InetAddress> leased,
            Set<InetAddress> own,
            Set<String> wans,
            boolean open,
            Set<InetNetwork> denied,
            Set<Family> refused,
            Set<InetAddress> resolvers,
            Set<InetAddress> testers) {
        public Served {
            refused = Set.copyOf(refused);
            resolvers = Set.copyOf(resolvers);
            testers = Set.copyOf(testers);
            leased = Set.copyOf(leased);
            own = Set.copyOf(own);
            wans = Set.copyOf(wans);
            denied = Set.copyOf(denied);
        }

        public Served(
                String device,
                Set<InetAddress> leased,
                Set<InetAddress> own,
                Set<String> wans,
                boolean open,
                Set<InetNetwork> denied) {
            this(device, leased, own, wans, open, denied, Set.of(), Set.of(), Set.of());
        }

        /** With nothing denied but the private and special ranges. */
        public Served(String device, Set<InetAddress> leased, Set<InetAddress> own, Set<String> wans, boolean open) {
            this(device, leased, own, wans, open, Set.of());
        }
    }
}
