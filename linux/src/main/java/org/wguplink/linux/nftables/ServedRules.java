package org.wguplink.linux.nftables;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan.Served;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;

/**
 * What consumers may do on the interface where we serve them: reach the internet by our WANs, ping us, and nothing else.
 * A TCP refusal is a reset: the kernel limits the rate of ICMP refusals per host.
 */
final class ServedRules {
    private ServedRules() {}

    /**
     * Not the internet: private, shared, link-local, loopback, protocol, relay, benchmark, multicast and reserved ranges
     * of the IANA special-purpose registry (RFC 6890). Documentation prefixes stay out: nobody's network is there.
     */
    private static final List<String> SPECIAL4 = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/3");

    /** Addresses of IPv6 that hold IPv4 ones: Teredo, 6to4. All else outside of 2000::/3 is refused by a rule. */
    private static final List<String> SPECIAL6 = List.of("2001::/32", "2002::/16");

    private static final String QUERY = "meta l4proto { tcp, udp } th dport 53";

    static void render(RulesetText text, Served served) {
        String device = RulesetText.device(served.device());
        sets(text, served);
        text.open("chain refuse").refuse().close();
        text.base("served_prerouting", "filter", "prerouting", "mangle - 1");
        endOfTest(text, served);
        text.line("iifname != %s return".formatted(device))
                .line("ip saddr != @leased4 drop")
                .line("ip6 saddr != @leased6 drop");
        refusals(text, served);
        text.close();
        text.base("served_input", "filter", "input", "filter - 5")
                .line("iifname != %s return".formatted(device))
                .line("ct state established,related accept")
                .line("ip daddr @own4 icmp type echo-request accept")
                .line("ip6 daddr @own6 icmpv6 type echo-request accept")
                .line("goto refuse")
                .close();
        text.base("served_forward", "filter", "forward", "filter - 5")
                // while the interface is gone, the route to a consumer is the default one
                .line("oifname != %s ip daddr @leased4 drop".formatted(device))
                .line("oifname != %s ip6 daddr @leased6 drop".formatted(device))
                .line("oifname %s ct state new drop".formatted(device))
                .line("iifname != %s return".formatted(device))
                .line("ct state invalid drop")
                .line("oifname != @wans goto refuse");
        asked(text, served);
        text.line("ip daddr @special4 goto refuse")
                .line("ip daddr @denied4 goto refuse")
                .line("ip6 daddr != 2000::/3 goto refuse")
                .line("ip6 daddr @special6 goto refuse")
                .line("ip6 daddr @denied6 goto refuse")
                .close();
        leading(text, served);
    }

    /** Queries that consumers send to our own addresses are led to our resolvers; without one they are refused. */
    private static void leading(RulesetText text, Served served) {
        if (served.resolvers().isEmpty()) return;
        text.base("served_queries", "nat", "prerouting", "dstnat - 5");
        for (Family family : Family.values())
            resolver(served, family)
                    .ifPresent(resolver -> text.line("iifname %s %s daddr @own%d %s dnat %s to %s"
                            .formatted(
                                    RulesetText.device(served.device()),
                                    RulesetText.family(family),
                                    family.version(),
                                    QUERY,
                                    RulesetText.family(family),
                                    resolver)));
        text.close();
    }

    /** What was led may pass: an ISP's resolver often has a private address, and may be on a WAN's own network. */
    private static void asked(RulesetText text, Served served) {
        for (Family family : Family.values())
            resolver(served, family)
                    .ifPresent(resolver -> text.line("%s daddr %s %s ct status dnat return"
                            .formatted(RulesetText.family(family), resolver, QUERY)));
    }

    private static Optional<String> resolver(Served served, Family family) {
        return Ruleset.addresses(served.resolvers(), family).findFirst();
    }

    /** What has come back to the one who tests is not this node's to forward: it would come round again. */
    private static void endOfTest(RulesetText text, Served served) {
        for (Family family : Family.values())
            testers(served, family)
                    .ifPresent(testers -> text.line("%s daddr %s drop".formatted(RulesetText.family(family), testers)));
    }

    /** As a set; empty when there is none. */
    private static Optional<String> testers(Served served, Family family) {
        List<String> testers = Ruleset.addresses(served.testers(), family).toList();
        return testers.isEmpty() ? Optional.empty() : Optional.of("{ %s }".formatted(String.join(", ", testers)));
    }

    /** Our own test passes also while consumers are refused: it finds out whether that may end. */
    private static void refusals(RulesetText text, Served served) {
        if (served.open() && served.refused().isEmpty()) return;
        for (Family family : Family.values())
            testers(served, family)
                    .ifPresent(
                            testers -> text.line("%s saddr %s return".formatted(RulesetText.family(family), testers)));
        if (!served.open()) text.line("goto refuse");
        else
            for (Family family : served.refused().stream().sorted().toList())
                text.line("meta nfproto %s goto refuse".formatted(RulesetText.protocol(family)));
    }

    private static void sets(RulesetText text, Served served) {
        text.named(
                "set wans",
                "ifname",
                served.wans().stream().sorted().map(RulesetText::device).toList());
        text.named(
                "set leased4",
                "ipv4_addr",
                Ruleset.addresses(served.leased(), Family.IPV4).toList());
        text.named(
                "set leased6",
                "ipv6_addr",
                Ruleset.addresses(served.leased(), Family.IPV6).toList());
        text.named(
                "set own4",
                "ipv4_addr",
                Ruleset.addresses(served.own(), Family.IPV4).toList());
        text.named(
                "set own6",
                "ipv6_addr",
                Ruleset.addresses(served.own(), Family.IPV6).toList());
        text.prefixes("set special4", "ipv4_addr", SPECIAL4);
        text.prefixes("set special6", "ipv6_addr", SPECIAL6);
        text.prefixes(
                "set denied4",
                "ipv4_addr",
                prefixes(served.denied(), Family.IPV4).toList());
        text.prefixes(
                "set denied6",
                "ipv6_addr",
                prefixes(served.denied(), Family.IPV6).toList());
    }

    private static Stream<String> prefixes(Collection<InetNetwork> networks, Family family) {
        return networks.stream()
                .filter(n -> n.family() == family)
                .map(InetNetwork::toString)
                .sorted();
    }
}
