package org.wguplink.lab.meter;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.Site;

/**
 * Counts, outside the nodes, packets that should not be where they are: on the mesh what is not between mesh addresses
 * (the inside of a tunnel, in plain), on a WAN what has another source than the WAN's own address. A fault that swallows
 * packets does so behind these counters.
 */
public final class Leaks {
    private static final Pattern COUNTER = Pattern.compile("packets (\\d+) bytes");
    private static final String MESH = "mesh";

    private final Lab lab;

    private Leaks(Lab lab) {
        this.lab = lab;
    }

    /** Counts from now on. */
    public static Leaks watch(Lab lab) throws IOException {
        for (LabNode node : lab.nodes()) {
            Site site = node.site();
            lab.in(MESH, "nft", onMesh(site)).orThrow();
            lab.in(site.isp(), "nft", onWan(site)).orThrow();
        }
        return new Leaks(lab);
    }

    /** Packets by the node that sent them and where they were; without the places that saw none. */
    public Map<String, Long> count() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        for (LabNode node : lab.nodes()) {
            Site site = node.site();
            found.put(site.name() + " on the mesh", read(MESH, table(site)));
            found.put(site.name() + " on its WAN", read(site.isp(), table(site)));
        }
        found.values().removeIf(packets -> packets == 0);
        return found;
    }

    private long read(String place, String table) throws IOException {
        Matcher counters = COUNTER.matcher(
                lab.in(place, "nft", "list", "table", "netdev", table).orThrow());
        return counters.results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static String onMesh(Site site) {
        return chain(site, site.meshPort(), """
                meta protocol ip ip saddr != 10.250.0.0/24 counter
                meta protocol ip ip saddr 10.250.0.0/24 ip daddr != { 10.250.0.0/24, 224.0.0.0/4 } counter
                meta protocol ip6 ip6 saddr != { fd00:250::/64, fe80::/10, :: } counter
                meta protocol ip6 ip6 saddr { fd00:250::/64, fe80::/10 } ip6 daddr != { fd00:250::/64, fe80::/10, ff00::/8 } counter
                """);
    }

    private static String onWan(Site site) {
        return chain(site, "wan", """
                meta protocol ip ip saddr != { 100.64.%1$d.0/29, 0.0.0.0 } counter
                meta protocol ip6 ip6 saddr != { 2001:db8:%1$d::/64, fe80::/10, :: } counter
                """.formatted(site.number()));
    }

    private static String chain(Site site, String device, String rules) {
        return "table netdev %s { chain seen { type filter hook ingress device %s priority -20\n%s}\n}"
                .formatted(table(site), device, rules);
    }

    private static String table(Site site) {
        return "lab_leaks_" + site.name();
    }
}
