package org.wguplink.lab.meter;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");
    private static final String MESH = "mesh";
    private static final String SETS = """
            set which4 { type ipv4_addr . ipv4_addr . inet_proto; flags dynamic; size 64; }
            set which6 { type ipv6_addr . ipv6_addr . inet_proto; flags dynamic; size 64; }
            """;

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

    /** Packets by the node that sent them, where they were, and which they were; without the places that saw none. */
    public Map<String, Long> count() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        for (LabNode node : lab.nodes()) {
            Site site = node.site();
            String onMesh = seen(MESH, site);
            String onWan = seen(site.isp(), site);
            found.put(site.name() + " on the mesh" + flows(onMesh), packets(onMesh));
            found.put(site.name() + " on its WAN" + flows(onWan), packets(onWan));
        }
        found.values().removeIf(packets -> packets == 0);
        return found;
    }

    private String seen(String place, Site site) throws IOException {
        return lab.in(place, "nft", "list", "table", "netdev", table(site)).orThrow();
    }

    /** From, to, and by which protocol. */
    private static String flows(String table) {
        return ELEMENTS.matcher(table)
                .results()
                .map(elements -> " " + elements.group(1).replaceAll("\\s+", " ").strip())
                .collect(Collectors.joining());
    }

    private static long packets(String table) {
        return COUNTER.matcher(table)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static String onMesh(Site site) {
        return chain(site, site.meshPort(), """
                meta protocol ip ip saddr != 10.250.0.0/24 COUNT4
                meta protocol ip ip saddr 10.250.0.0/24 ip daddr != 10.250.0.0/24 ip daddr != 224.0.0.0/4 COUNT4
                meta protocol ip6 ip6 saddr != fd00:250::/64 ip6 saddr != fe80::/10 ip6 saddr != :: COUNT6
                meta protocol ip6 ip6 saddr fd00:250::/64 MESH6 COUNT6
                meta protocol ip6 ip6 saddr fe80::/10 MESH6 COUNT6
                """.replace(
                        "MESH6", "ip6 daddr != fd00:250::/64 ip6 daddr != fe80::/10 ip6 daddr != ff00::/8"));
    }

    private static String onWan(Site site) {
        return chain(site, "wan", """
                meta protocol ip ip saddr != 100.64.%1$d.0/29 ip saddr != 0.0.0.0 COUNT4
                meta protocol ip6 ip6 saddr != 2001:db8:%1$d::/64 ip6 saddr != fe80::/10 ip6 saddr != :: COUNT6
                """.formatted(site.number()));
    }

    /** Comparisons only: once in some hundred runs a look-up in a set of ranges missed what was in it. */
    private static String chain(Site site, String device, String rules) {
        String counting = rules.replace("COUNT4", "counter add @which4 { ip saddr . ip daddr . meta l4proto }")
                .replace("COUNT6", "counter add @which6 { ip6 saddr . ip6 daddr . meta l4proto }");
        return "table netdev %s { %s chain seen { type filter hook ingress device %s priority -20%n%s}%n}"
                .formatted(table(site), SETS, device, counting);
    }

    private static String table(Site site) {
        return "lab_leaks_" + site.name();
    }
}
