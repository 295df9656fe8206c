package org.wguplink.linux.nftables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;

/**
 * Where queries for names go (port 53, UDP and TCP; RFC 1035, section 4.2). An ISP's resolver answers only inside of its
 * ISP's network, so while new flows take an uplink, every query of the LAN and of this machine that would leave by some
 * path is led to the uplink's own resolver, and through that uplink, also when it was sent to the network that an own WAN
 * is in. A resolver in the LAN or on this machine is asked as ever; what it asks in turn is led.
 *
 * <p>A switch changes the elements of two maps, which have one for each family that takes an uplink. UDP queries are tracked in a zone of the uplink's own, in the direction of
 * the query: a resolver that asks from one port for ever begins a new connection with every switch, and what it has asked
 * before is still answered.
 */
final class QueryRules {
    private QueryRules() {}

    private static final String TO = "queries_to";
    private static final String ZONE = "queries_in";

    /** Queries go to whom they are sent. */
    static final String LEAVE = "flush map %1$s %2$s\nflush map %1$s %3$s\n".formatted(Ruleset.NAME, TO, ZONE);

    /** nft 1.0 has no name for it in the output hook. */
    private static final int BEFORE_DSTNAT = -105;

    private static final String PORT = "th dport 53 meta l4proto vmap ";
    private static final String BY_FAMILY = "meta l4proto %s th dport 53 meta nfproto vmap @%s";
    private static final String TO_LEAD = BY_FAMILY.formatted("{ tcp, udp }", TO);
    private static final String TO_ZONE = BY_FAMILY.formatted("udp", ZONE);

    static void render(RulesetText text, FirewallPlan plan) {
        for (Path path : plan.paths()) if (path.uplink()) leading(text, path);
        text.named("map " + TO, "nf_proto : verdict", List.of());
        text.named("map " + ZONE, "nf_proto : verdict", List.of());
        String mayLeave = "oifname @paths meta mark & %s == 0 ".formatted(Ruleset.MASK);
        // what this machine sends is of no subnet of the LAN
        List<Policed> marked = plan.policies().stream()
                .filter(policed -> policed.selector().mark().isPresent())
                .toList();
        text.base("queries_zone_output", "filter", "output", "raw");
        PolicyRules.queries(text, plan, marked, mayLeave + PORT, QueryRules::zone);
        text.line(mayLeave + TO_ZONE).close();
        text.base("queries_output", "nat", "output", Integer.toString(BEFORE_DSTNAT));
        PolicyRules.queries(text, plan, marked, mayLeave + PORT, QueryRules::lead);
        text.line(mayLeave + TO_LEAD).close();
        ofTheLan(text, plan);
    }

    /** The elements by which queries of each family are led to the resolver of an uplink of the plan. */
    static String led(Map<Family, Integer> uplinks) {
        return Family.BOTH.stream()
                .filter(uplinks::containsKey)
                .map(family -> """
                        add element %1$s %2$s { %4$s : jump q%5$d }
                        add element %1$s %3$s { %4$s : jump z%5$d }
                        """.formatted(Ruleset.NAME, TO, ZONE, RulesetText.protocol(family), uplinks.get(family)))
                .collect(Collectors.joining());
    }

    private static void leading(RulesetText text, Path path) {
        text.open("chain q" + path.number()).line("jump m" + path.number());
        for (Family family : Family.values())
            text.line(to(path, family).orElse("meta nfproto %s drop".formatted(RulesetText.protocol(family))));
        text.close()
                .open("chain z" + path.number())
                .line("ct original zone set " + Layout.zone(path.number()))
                .close();
    }

    private static Optional<String> to(Path path, Family family) {
        return Ruleset.addresses(path.resolvers(), family)
                .findFirst()
                .map(resolver -> "dnat %s to %s".formatted(RulesetText.family(family), resolver));
    }

    private static String zone(int number) {
        return "{ udp : goto z%d }".formatted(number);
    }

    private static String lead(int number) {
        return "{ tcp : goto q%1$d, udp : goto q%1$d }".formatted(number);
    }

    /** Of whoever is not behind a path, nor a consumer. Which way a query would go is asked of the routes. */
    private static void ofTheLan(RulesetText text, FirewallPlan plan) {
        if (plan.paths().isEmpty()) return;
        List<String> paths = plan.paths().stream()
                .map(p -> RulesetText.device(p.device()))
                .distinct()
                .toList();
        String leaves = "iifname != { %s } fib daddr oifname { %s } "
                .formatted(String.join(", ", Ruleset.outside(plan)), String.join(", ", paths));
        text.base("queries_zone", "filter", "prerouting", "raw");
        PolicyRules.queries(text, plan, plan.policies(), leaves + PORT, QueryRules::zone);
        text.line(leaves + TO_ZONE).close();
        text.base("queries", "nat", "prerouting", "dstnat - 5");
        PolicyRules.queries(text, plan, plan.policies(), leaves + PORT, QueryRules::lead);
        text.line(leaves + TO_LEAD).close();
    }
}
