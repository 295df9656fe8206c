package org.wguplink.linux.nftables;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.firewall.Shares.Share;
import org.wguplink.core.net.Family;
import org.wguplink.core.policy.Selector;
import org.wguplink.core.route.Layout;

/**
 * New flows of the LAN, shared over several paths by a hash of both hosts. Their packets get the mark of a path, which the
 * routes follow; the connection gets that of the device by which it really leaves, as ever, since main may know better. A
 * change fills a chain of each family anew, in one transaction. What does not begin a TCP connection is not shared: it is
 * of one that lost its path.
 */
final class BalanceRules {
    private BalanceRules() {}

    private static final String CHAIN = "balance";

    /** Without one, nft takes another with each rule, and the hosts would move with every change. */
    private static final int SEED = 0x5770;

    static void render(RulesetText text, FirewallPlan plan) {
        if (plan.balanced().isEmpty()) return;
        for (Path path : plan.paths())
            text.open("chain b" + path.number())
                    .line("meta mark set meta "
                            + Ruleset.marked(Layout.mark(path.number()).value()))
                    .close();
        for (Family family : Family.values())
            text.open("chain " + chain(family)).close();
        Set<String> outside = Ruleset.outside(plan);
        text.base(CHAIN, "filter", "prerouting", "mangle + 7")
                .line("ct state != new return")
                .line("ct mark & %1$s != 0 return".formatted(Ruleset.MASK))
                .line("meta mark & %1$s != 0 return".formatted(Ruleset.MASK));
        if (!outside.isEmpty()) text.line("iifname { %s } return".formatted(String.join(", ", outside)));
        text.line("meta l4proto { tcp, udp } th dport 53 return").line("tcp flags & (fin|syn|rst|ack) != syn return");
        for (Selector except : plan.balanced().get().except())
            for (String selector : PolicyRules.selectors(except)) text.line(selector + " return");
        for (Family family : Family.values())
            text.line("meta nfproto %s goto %s".formatted(RulesetText.protocol(family), chain(family)));
        text.close();
    }

    /**
     * The commands that make the chains of a plan hold these shares and nothing else.
     *
     * @throws IllegalArgumentException when a device's name cannot be written in a rule
     */
    static String shared(FirewallPlan plan, Map<Family, Shares> shares) {
        if (plan.balanced().isEmpty()) return "";
        var text = new StringBuilder();
        for (Family family : Family.values()) {
            text.append("flush chain %s %s\n".formatted(Ruleset.NAME, chain(family)));
            Optional.ofNullable(shares.get(family)).ifPresent(of -> text.append(rules(family, of)));
        }
        return text.toString();
    }

    /** Those of the plan; a family of which a path is not in it, or not yet, is not shared. */
    static Map<Family, Shares> of(FirewallPlan plan, Map<Family, Shares> shares) {
        List<Integer> numbers = plan.paths().stream().map(Path::number).toList();
        var known = new EnumMap<Family, Shares>(Family.class);
        shares.forEach((family, of) -> {
            if (of.taken().stream()
                    .allMatch(share -> numbers.contains(share.path().orElseThrow()))) known.put(family, of);
        });
        return known;
    }

    /** The second rule is for the pairs of hosts of those that have no path now. */
    private static String rules(Family family, Shares shares) {
        String rule = "add rule %s %s ".formatted(Ruleset.NAME, chain(family));
        String hash = "jhash %1$s saddr . %1$s daddr ".formatted(RulesetText.family(family));
        String all = rule
                + "fib daddr . mark oifname != %s return\n".formatted(RulesetText.device(shares.device()))
                + rule
                + hash
                + parts(shares.shares(), SEED);
        return shares.taken().equals(shares.shares()) ? all : all + rule + hash + parts(shares.taken(), SEED + 1);
    }

    private static String parts(List<Share> shares, int seed) {
        var parts = new ArrayList<String>();
        int total = 0;
        for (Share share : shares) {
            int from = total;
            total += share.weight();
            int last = total - 1;
            share.path()
                    .ifPresent(
                            number -> parts.add((from == last ? "" + from : from + "-" + last) + " : goto b" + number));
        }
        return "mod %d seed 0x%x vmap { %s }\n".formatted(total, seed, String.join(", ", parts));
    }

    private static String chain(Family family) {
        return CHAIN + family.version();
    }
}
