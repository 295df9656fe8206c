package org.wguplink.linux.forwarding;

import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.linux.nftables.FilterTrace.Chain;

/** Who drops forwarded packets. Its text is for the user: who it is, and where to allow them. */
public sealed interface Blocker {
    /**
     * The way of a consumer's packets.
     *
     * @param served the interface where they come in
     * @param wan the one where they leave
     */
    record Way(String served, String wan) {}

    /** Whether it is known to be so; else the packets may have been lost. */
    default boolean certain() {
        return this instanceof Filter;
    }

    /**
     * @param maker whose rules these are
     * @param rule the rule's text; empty when it is the chain's policy
     */
    record Filter(Family family, Way way, Firewall maker, Chain chain, Optional<String> rule) implements Blocker {
        @Override
        public String toString() {
            String what = rule.map(r -> "rule '%s'".formatted(r)).orElse("policy drop");
            return "%s forwarding is blocked by table %s, chain %s (%s): %s"
                    .formatted(text(family), chain.table(), chain.name(), what, maker.advice(family, way));
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

    /**
     * Nothing of nftables drops them.
     *
     * @param left whether packets have left the node
     * @param legacy the tables of legacy iptables, which the kernel does not let follow; empty when there are none
     */
    record Outside(Family family, Way way, boolean left, Optional<String> legacy) implements Blocker {
        @Override
        public String toString() {
            String where = left
                    ? "packets leave by %s and no answer comes back".formatted(way.wan())
                    : "packets vanish, and no rule of nftables drops them";
            String who = legacy.map(this::lookAt)
                    .orElse(left ? "masqueraded twice, or filtered on the way" : "a packet filter outside nftables");
            return "%s forwarding is blocked: %s (%s)".formatted(text(family), where, who);
        }

        private String lookAt(String tables) {
            Firewall iptables = Firewall.LEGACY_IPTABLES;
            return "legacy iptables has the tables %s: look with %s-save -c, allow with %s"
                    .formatted(tables, iptables.command(family), iptables.advice(family, way));
        }
    }

    private static String text(Family family) {
        return family == Family.IPV4 ? "IPv4" : "IPv6";
    }
}
