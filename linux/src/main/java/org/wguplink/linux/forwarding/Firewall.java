package org.wguplink.linux.forwarding;

import java.util.Collection;
import org.wguplink.core.net.Family;
import org.wguplink.linux.forwarding.Blocker.Way;
import org.wguplink.linux.nftables.FilterTrace.Chain;

/** Who makes a node's packet filter, told by the names of its chains, and how that one lets packets through. */
enum Firewall {
    /** OpenWrt's. */
    FW4,
    UFW,
    /** Its chain for what others want, DOCKER-USER, comes before its own; its policy drops all that is not its own. */
    DOCKER,
    /** By hand, over nftables. */
    IPTABLES,
    /** By hand; the kernel keeps it apart from nftables. */
    LEGACY_IPTABLES,
    UNKNOWN;

    /**
     * Of a drop. Those that use iptables let its chain FORWARD drop, so that the chains count that a packet has met.
     *
     * @param met chains on the packet's way, perhaps of several makers
     */
    static Firewall of(Chain drop, Collection<Chain> met) {
        if (drop.table().equals("inet fw4")) return FW4;
        if (!drop.table().equals("ip filter") && !drop.table().equals("ip6 filter")) return UNKNOWN;
        if (has(met, drop, "ufw")) return UFW;
        if (has(met, drop, "DOCKER")) return DOCKER;
        return drop.name().equals("FORWARD") ? IPTABLES : UNKNOWN;
    }

    private static boolean has(Collection<Chain> met, Chain drop, String prefix) {
        return met.stream()
                .anyMatch(c -> c.table().equals(drop.table()) && c.name().startsWith(prefix));
    }

    /** What the user may do: a command line where there is one. */
    String advice(Family family, Way way) {
        return switch (this) {
            case FW4 -> "put %s into a firewall zone that may forward to %s's".formatted(way.served(), way.wan());
            case UFW -> "ufw route allow in on %s out on %s".formatted(way.served(), way.wan());
            case DOCKER -> accept(family, "DOCKER-USER", way);
            case IPTABLES, LEGACY_IPTABLES -> accept(family, "FORWARD", way);
            case UNKNOWN -> "accept %s -> %s there, and the replies".formatted(way.served(), way.wan());
        };
    }

    /** The program that edits its rules. */
    String command(Family family) {
        return (family == Family.IPV4 ? "iptables" : "ip6tables") + (this == LEGACY_IPTABLES ? "-legacy" : "");
    }

    private String accept(Family family, String chain, Way way) {
        return "%1$s -I %2$s -i %3$s -o %4$s -j ACCEPT; ".formatted(command(family), chain, way.served(), way.wan())
                + "%1$s -I %2$s -i %4$s -o %3$s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
                        .formatted(command(family), chain, way.served(), way.wan());
    }
}
