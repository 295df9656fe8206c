package org.wguplink.linux.nftables;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;

/**
 * Counters of what the flows of each path send and of what comes back to them, by family. Only tracked connections count, so
 * that ARP, scans and ICMP errors are no sign of life; probes do not, and nor do WireGuard's outer packets, which go one
 * way for long. A reset that comes back is no answer: whoever is on the way may send it.
 */
final class TrafficRules {
    private TrafficRules() {}

    /** Beginning of the name of a counter of packets sent; the family's digit and {@code _number} follow. */
    static final String SENT = "tx";

    /** The same for packets that came back. */
    static final String ANSWERED = "rx";

    /**
     * Probes and outer packets have this bit. Name servers are asked by every host all the time, and the ISP's own answers also
     * when nothing behind it does.
     */
    private static final String COUNTS = "ct mark & %s == 0 ".formatted(Ruleset.hex(Layout.PROBE_BIT));

    /** A probe's connection is told from the flows of its path, too. */
    static final String PROBES = "meta mark & %s != 0 ct mark & %s == 0 ct mark set meta mark return"
            .formatted(Ruleset.hex(Layout.PROBE_BIT), Ruleset.MASK);

    static void counters(RulesetText text, List<Path> paths) {
        for (Family family : Family.values())
            for (String direction : List.of(SENT, ANSWERED)) {
                Map<String, String> byDevice = new LinkedHashMap<>();
                for (Path path : paths) {
                    String name = name(direction, family) + "_" + path.number();
                    text.open("counter " + name).close();
                    byDevice.putIfAbsent(
                            path.device(), "%s : \"%s\"".formatted(RulesetText.device(path.device()), name));
                }
                text.named("map " + name(direction, family), "ifname : counter", byDevice.values());
            }
        text.open("chain answered").line("tcp flags & rst == rst return");
        for (Family family : Family.values()) text.line("th sport != 53 " + COUNTS + count("i", ANSWERED, family));
        text.close();
    }

    static void sent(RulesetText text) {
        for (Family family : Family.values())
            text.line("ct direction original th dport != 53 " + COUNTS + count("o", SENT, family));
    }

    static void answered(RulesetText text) {
        text.line("ct direction reply ct state established jump answered");
    }

    private static String count(String way, String direction, Family family) {
        return "meta nfproto %s counter name %sifname map @%s"
                .formatted(RulesetText.protocol(family), way, name(direction, family));
    }

    private static String name(String direction, Family family) {
        return direction + (family == Family.IPV4 ? "4" : "6");
    }
}
