package org.wguplink.linux.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Essential.Protocol;
import org.wguplink.core.route.Layout;

/**
 * Uplinks that are for the essential only: what is not allowed is refused at once, and what is faster than may be is dropped,
 * in each direction. Our own probes pass.
 */
final class EssentialRules {
    private EssentialRules() {}

    private static final int DNS = 53;
    /** What may be sent in one go beside a second's worth, which the kernel always allows (net/netfilter/nft_limit.c). */
    private static final int BURST_BYTES = 16_000;

    private static final String TRAFFIC = "ct mark & %s == 0".formatted(Ruleset.hex(Layout.PROBE_BIT));

    static void render(RulesetText text, FirewallPlan plan) {
        var essentials = new TreeMap<String, Essential>();
        for (Path path : plan.paths()) {
            Essential essential = plan.essentials().get(path.device());
            if (essential != null) essentials.put(RulesetText.device(path.device()), essential);
        }
        if (essentials.isEmpty()) return;
        var chains = new ArrayList<String>();
        for (Map.Entry<String, Essential> entry : essentials.entrySet()) {
            if (entry.getValue().allowed().isEmpty()) continue;
            String chain = "essential_" + (chains.size() + 1);
            allowed(text, chain, entry.getValue());
            chains.add(entry.getKey() + " : jump " + chain);
        }
        text.named("map essential", "ifname : verdict", chains);
        String leaving = "oifname vmap @essential";
        text.base("essential_forward", "filter", "forward", "mangle - 4")
                .line(leaving)
                .close();
        text.base("essential_output", "filter", "output", "mangle + 11")
                .line(leaving)
                .close();
        text.base("essential_sent", "filter", "postrouting", "mangle + 5");
        essentials.forEach((device, essential) -> limit(text, "oifname " + device, essential));
        text.close();
        text.base("essential_received", "filter", "prerouting", "mangle + 6");
        essentials.forEach((device, essential) -> limit(text, "iifname " + device, essential));
        text.close();
    }

    private static void allowed(RulesetText text, String chain, Essential essential) {
        text.open("chain " + chain)
                .line("meta mark & %s != 0 return".formatted(Ruleset.hex(Layout.PROBE_BIT)))
                .line("ct direction reply return")
                .line("ct state related return");
        for (Protocol protocol : Protocol.values())
            text.line("%s dport { %s } return".formatted(protocol, ports(essential, protocol)));
        text.refuse().close();
    }

    private static String ports(Essential essential, Protocol protocol) {
        Stream<Integer> allowed = essential.allowed().stream()
                .filter(port -> port.protocol() == protocol)
                .map(Essential.Port::number);
        List<Integer> all =
                Stream.concat(Stream.of(DNS), allowed).distinct().sorted().toList();
        return all.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void limit(RulesetText text, String passing, Essential essential) {
        essential
                .rateKbit()
                .ifPresent(kbit -> text.line("%s %s limit rate over %d bytes/second burst %d bytes drop"
                        .formatted(passing, TRAFFIC, kbit * 125, BURST_BYTES)));
    }
}
