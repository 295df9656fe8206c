package org.wguplink.linux.forwarding;

import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.linux.nftables.FilterTrace.Chain;

/** Who drops forwarded packets. Its text is for the user: who it is, and where to allow them. */
public sealed interface Blocker {
    /** Whether it is known to be so; else the packets may have been lost. */
    default boolean certain() {
        return this instanceof Filter;
    }

    /** @param rule the rule's text; empty when it is the chain's policy */
    record Filter(Family family, String served, String wan, Chain chain, Optional<String> rule) implements Blocker {
        @Override
        public String toString() {
            String what = rule.map(r -> "rule '%s'".formatted(r)).orElse("policy drop");
            return "%s forwarding is blocked by table %s, chain %s (%s): %s"
                    .formatted(text(family), chain.table(), chain.name(), what, advice());
        }

        /** How those do it who make such tables. */
        private String advice() {
            String name = chain.name();
            if (chain.table().equals("inet fw4"))
                return "put %s into a firewall zone that may forward to %s's".formatted(served, wan);
            if (name.startsWith("ufw")) return "ufw route allow in on %s out on %s".formatted(served, wan);
            if (chain.table().endsWith(" filter") && (name.equals("FORWARD") || name.startsWith("DOCKER")))
                return "%s -I FORWARD -i %s -o %s -j ACCEPT, and the replies; with Docker in chain DOCKER-USER"
                        .formatted(family == Family.IPV4 ? "iptables" : "ip6tables", served, wan);
            return "accept %s -> %s there".formatted(served, wan);
        }
    }

    /** The interface has not answered a handshake of its own node. */
    record Silence(Family family, String served, int port) implements Blocker {
        @Override
        public String toString() {
            return "%s does not answer a handshake from this node: is UDP port %d accepted from 127.0.0.1?"
                    .formatted(served, port);
        }
    }

    /** Nothing of nftables drops them: {@code legacy} are the tables of legacy iptables. */
    record Outside(Family family, boolean left, String wan, Optional<String> legacy) implements Blocker {
        @Override
        public String toString() {
            String where = left
                    ? "packets leave by %s and no answer comes back".formatted(wan)
                    : "packets vanish, and no rule of nftables drops them";
            String who = legacy.map(tables ->
                            "a packet filter outside nftables: legacy iptables has the tables %s".formatted(tables))
                    .orElse(left ? "masqueraded twice, or filtered on the way" : "a packet filter outside nftables");
            return "%s forwarding is blocked: %s (%s)".formatted(text(family), where, who);
        }
    }

    private static String text(Family family) {
        return family == Family.IPV4 ? "IPv4" : "IPv6";
    }
}
