package org.wguplink.lab.meter;

import java.io.IOException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * Counts the queries for names that a node sends in plain by its WAN, over UDP and TCP, at the ISP's end of the wire, but
 * for those to the internet's servers: that is what the daemon probes. A fault that swallows packets does so behind this
 * counter.
 */
public final class QueryCounter {
    private static final Pattern COUNTER = Pattern.compile("packets (\\d+) bytes");
    private static final String TABLE = "lab_queries";

    private final Lab lab;
    private final LabNode node;

    private QueryCounter(Lab lab, LabNode node) {
        this.lab = lab;
        this.node = node;
    }

    /** Counts from now on. */
    public static QueryCounter watch(Lab lab, LabNode node) throws IOException {
        lab.in(node.site().isp(), "nft", """
                        table netdev %s {
                        chain seen {
                            type filter hook ingress device wan priority -20;
                            ip daddr { %s } return
                            ip6 daddr { %s } return
                            meta l4proto { tcp, udp } th dport 53 counter
                        }
                        }
                        """.formatted(TABLE, servers(false), servers(true)))
                .orThrow();
        return new QueryCounter(lab, node);
    }

    private static String servers(boolean v6) {
        return Lab.publicAddresses().stream().filter(a -> a.contains(":") == v6).collect(Collectors.joining(", "));
    }

    /** Packets since the start. */
    public long packets() throws IOException {
        String listing = lab.in(node.site().isp(), "nft", "list", "table", "netdev", TABLE)
                .orThrow();
        return COUNTER.matcher(listing)
                .results()
                .map(MatchResult::group)
                .mapToLong(found -> Long.parseLong(found.split(" ", 3)[1]))
                .sum();
    }
}
