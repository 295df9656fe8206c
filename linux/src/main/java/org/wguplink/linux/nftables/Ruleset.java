package org.wguplink.linux.nftables;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;

/**
 * A plan as text for nft(8): it replaces our table whole, in one transaction. Flows are pinned to a path by connection
 * mark: a chain {@code mN} for each path sets it, {@code mo} is for WireGuard's outer packets. nft 1.0 cannot make a mark
 * of two operands, hence the chains.
 */
public final class Ruleset {
    private Ruleset() {}

    static final String TABLE_NAME = "wguplink";
    static final String NAME = "inet " + TABLE_NAME;
    static final String TABLE = "table " + NAME;

    /** Fails when our table is not there. */
    static final String QUESTION = "list chain inet wguplink postrouting\n";

    static final String LISTING = "list " + TABLE + "\n";

    /** What the answer holds when nobody has emptied our chains. */
    static final String ANSWER = "vmap @by_if";

    /** Works whether the table exists or not. */
    static final String REMOVAL = TABLE + "\ndelete " + TABLE + "\n";

    /** Of a packet for which there is no route; a local address has no device, either. */
    static final String NO_ROUTE =
            "fib daddr type != { local, broadcast, anycast, multicast } fib daddr . mark oif missing";

    static final String MASK = hex(Layout.MARK_MASK);
    private static final String OTHER_BITS = hex(~Layout.MARK_MASK);

    /** @throws IllegalArgumentException when a device's name cannot be written in a rule, or two paths have one number */
    static String render(FirewallPlan plan) {
        var text = new RulesetText();
        text.line(TABLE).line("delete " + TABLE).open(TABLE);
        marks(text, plan.paths());
        TrafficRules.counters(text, plan.paths());
        pinning(text, plan);
        SessionRules.render(text, plan.paths());
        QueryRules.render(text, plan);
        PolicyRules.render(text, plan);
        EssentialRules.render(text, plan);
        BalanceRules.render(text, plan);
        uplinks(text, plan.paths());
        refused(text, plan);
        plan.served().ifPresent(served -> ServedRules.render(text, served));
        nat(text, plan.served());
        return text.close().toString();
    }

    private static void marks(RulesetText text, List<Path> paths) {
        var byMark = new ArrayList<String>();
        Map<String, String> byDevice = new LinkedHashMap<>();
        var numbers = new HashSet<Integer>();
        for (Path path : paths) {
            if (!numbers.add(path.number()))
                throw new IllegalArgumentException("two paths have the number " + path.number());
            int mark = Layout.mark(path.number()).value();
            String chain = "m" + path.number();
            setMark(text, chain, mark);
            byMark.add(hex(mark) + " : jump " + chain);
            byDevice.putIfAbsent(path.device(), RulesetText.device(path.device()) + " : jump " + chain);
        }
        setMark(text, "mo", Layout.OUTER.value());
        byMark.add(hex(Layout.OUTER.value()) + " : jump mo");
        text.named("map by_mark", "mark : verdict", byMark);
        text.named("map by_if", "ifname : verdict", byDevice.values());
    }

    private static void setMark(RulesetText text, String chain, int mark) {
        text.open("chain " + chain)
                .line("ct mark set ct " + marked(mark))
                .line("meta mark set meta " + marked(mark))
                .close();
    }

    /** A mark with our bits changed to these: what {@code meta mark set meta} is followed by. */
    static String marked(int mark) {
        return "mark & %s | %s".formatted(OTHER_BITS, hex(mark));
    }

    /**
     * What no path carries ends at a route that refuses it, and the kernel limits the ICMP messages that say so: of many
     * connections of a host most would wait. Hence TCP is refused here: when others have translated it, and nothing that they
     * have marked, since they may have a route for that.
     */
    private static void refused(RulesetText text, FirewallPlan plan) {
        if (plan.paths().isEmpty()) return;
        text.base("refused", "filter", "prerouting", "dstnat + 50")
                .line(
                        "iifname != { %s } meta mark & %s == 0 ct state new,invalid meta l4proto tcp %s reject with tcp reset"
                                .formatted(String.join(", ", outside(plan)), OTHER_BITS, NO_ROUTE))
                .close();
    }

    /** The devices of those who are no hosts of ours, in quotes: of paths, and of consumers. */
    static Set<String> outside(FirewallPlan plan) {
        var outside = new LinkedHashSet<String>();
        plan.paths().forEach(path -> outside.add(RulesetText.device(path.device())));
        plan.served().ifPresent(served -> outside.add(RulesetText.device(served.device())));
        return outside;
    }

    private static void pinning(RulesetText text, FirewallPlan plan) {
        String pinned = "ct mark & %s != 0 ct mark & %s vmap @by_mark".formatted(MASK, MASK);
        text.base("prerouting", "filter", "prerouting", "mangle");
        TrafficRules.answered(text);
        text.line(pinned)
                // a port forward answers by the path where it came in
                .line("ct mark & %s == 0 ct state new iifname vmap @by_if".formatted(MASK))
                .close();
        text.base("output", "route", "output", "mangle")
                .line("meta mark & %s != 0 return".formatted(MASK))
                .line(pinned)
                .close();
        text.base("postrouting", "filter", "postrouting", "mangle")
                .line("meta mark & %s == %s jump mo".formatted(MASK, hex(Layout.OUTER.value())))
                .line(TrafficRules.PROBES);
        PolicyRules.pinned(text, plan);
        text.line("ct mark & %s == 0 oifname vmap @by_if".formatted(MASK));
        TrafficRules.sent(text);
        text.close();
    }

    private static void uplinks(RulesetText text, List<Path> paths) {
        List<Path> uplinks = paths.stream().filter(Path::uplink).toList();
        text.named("set src4", "ifname . ipv4_addr", sources(uplinks, Family.IPV4));
        text.named("set src6", "ifname . ipv6_addr", sources(uplinks, Family.IPV6));
        String clamp = "ifname @uplinks tcp flags & (syn|rst) == syn tcp option maxseg size set rt mtu";
        text.base("forward", "filter", "forward", "mangle")
                .line(SessionRules.UNKNOWN_BY_UPLINK)
                .line(SessionRules.ENDING_BY_UPLINK)
                .line(SessionRules.UNKNOWN_BY_MOVED)
                .line("oifname @uplinks ct state invalid drop")
                // a provider carries our connections and begins none towards us
                .line("iifname @uplinks ct state new,invalid drop")
                .line("o" + clamp)
                .line("i" + clamp)
                .close();
        text.base("input", "filter", "input", "mangle")
                .line("iifname @uplinks ct state new,invalid drop")
                .line(AnswerRules.REMEMBER4)
                .line(AnswerRules.REMEMBER6)
                .close();
        // last of all: whatever escaped the masquerade must not leave
        text.base("leak", "filter", "postrouting", "srcnat + 10")
                .line("oifname @uplinks oifname . ip saddr != @src4 drop")
                .line("oifname @uplinks oifname . ip6 saddr != @src6 drop")
                .close();
    }

    private static void nat(RulesetText text, Optional<FirewallPlan.Served> served) {
        text.base("source_nat", "nat", "postrouting", "srcnat - 1").line("oifname @uplinks masquerade");
        served.ifPresent(
                s -> text.line("iifname %s oifname @wans masquerade".formatted(RulesetText.device(s.device()))));
        text.close();
    }

    private static List<String> sources(List<Path> uplinks, Family family) {
        return uplinks.stream()
                .flatMap(path -> addresses(path.sources(), family)
                        .map(address -> RulesetText.device(path.device()) + " . " + address))
                .distinct()
                .toList();
    }

    /** The addresses of a family as text, sorted. */
    static Stream<String> addresses(Collection<InetAddress> addresses, Family family) {
        var sorted = new TreeSet<String>();
        for (InetAddress address : addresses) if (Family.of(address) == family) sorted.add(address.getHostAddress());
        return sorted.stream();
    }

    static String hex(int mark) {
        return "0x%08x".formatted(mark);
    }
}
