package org.wguplink.core.firewall;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything that our nftables table holds. Applied whole and atomically. */
public record FirewallPlan(List<Path> paths, Optional<Served> served) {
    public FirewallPlan {
        paths = List.copyOf(paths);
    }

    /**
     * A way to the internet: its flows are pinned to it by connection mark.
     *
     * @param number 1 for the own WAN, 2 to 29 for uplinks; it is the mark and the table
     * @param uplink whether it is borrowed: then it is masqueraded and its MSS clamped
     * @param sources on an uplink, our leased addresses: a packet with another source never leaves there
     */
    public record Path(int number, String device, boolean uplink, Set<InetAddress> sources) {
        public Path {
            sources = Set.copyOf(sources);
        }
    }

    /**
     * The interface on which we serve consumers: they reach the internet by {@code wans} and nothing else of ours.
     *
     * @param leased the consumers' addresses in the tunnel
     * @param own our own addresses on the interface (ping is answered there)
     * @param open false while we do not lend: consumers are refused at once
     */
    public record Served(String device, Set<InetAddress> leased, Set<InetAddress> own, Set<String> wans, boolean open) {
        public Served {
            leased = Set.copyOf(leased);
            own = Set.copyOf(own);
            wans = Set.copyOf(wans);
        }
    }
}
