package org.wguplink.linux.nftables;

import org.wguplink.core.route.Layout;

/**
 * A UDP service of the router itself that is bound to no address, and reached by an own WAN while new flows take an
 * uplink, would answer with the uplink's address: its socket knows no connection, and the route decides. So we remember
 * where each question came to, and give the answer that source before it is tracked; then it belongs to the question's
 * flow and leaves by its path. The kernel keeps checksums right, also where a device computes them.
 *
 * <p>nft 1.0.6 makes wrong code for a map that is filled from packets and has a key of more than 16 bytes, thus for an
 * IPv6 address with ports; hence a set for who asked, and a map for where.
 */
final class AnswerRules {
    private AnswerRules() {}

    /** Elements at the most, some 100 bytes each; further questions are answered as the route decides. */
    private static final int ROOM = 16384;

    /** Not less than the kernel tracks a UDP flow (nf_conntrack_udp_timeout_stream, 2 min). */
    private static final String OPTIONS = "size " + ROOM + "; flags dynamic,timeout; timeout 2m;";

    private static final String ASKED = "iifname @own_wans ct direction original ";
    /** WireGuard's outer packets choose for themselves. */
    private static final String ANSWER =
            "oifname @uplinks meta mark & %s != %s ".formatted(Ruleset.MASK, Ruleset.hex(Layout.OUTER.value()));

    static final String REMEMBER4 = ASKED + "update @asked4 { ip saddr . udp sport . udp dport : ip daddr }";
    static final String REMEMBER6 = ASKED + "update @asked6 { ip6 saddr . udp sport . udp dport } "
            + "update @asked6_at { ip6 saddr : ip6 daddr }";
    static final String CORRECT4 = ANSWER + "ip saddr set ip daddr . udp dport . udp sport map @asked4";
    static final String CORRECT6 =
            ANSWER + "ip6 daddr . udp dport . udp sport @asked6 ip6 saddr set ip6 daddr map @asked6_at";

    static void sets(RulesetText text) {
        text.dynamic("map asked4", "ipv4_addr . inet_service . inet_service : ipv4_addr", OPTIONS);
        text.dynamic("set asked6", "ipv6_addr . inet_service . inet_service", OPTIONS);
        text.dynamic("map asked6_at", "ipv6_addr : ipv6_addr", OPTIONS);
    }
}
