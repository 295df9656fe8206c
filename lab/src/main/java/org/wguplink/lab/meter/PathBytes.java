package org.wguplink.lab.meter;

import java.io.IOException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.wguplink.lab.net.LabNode;

/**
 * Counts in the kernel all that a node sends and gets by its WAN and its tunnels, from the IP header on, but for the
 * neighbours' messages of IPv6. Not what carries the tunnels, on the mesh. While its LAN is silent these are probes.
 */
public final class PathBytes {
    private static final Pattern BYTES = Pattern.compile("bytes (\\d+)");
    private static final String OTHER_DEVICES = "{ \"lo\", \"lan\", \"mesh0\" }";
    private static final String NEIGHBOURS =
            "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld2-listener-report } return;";

    private final LabNode node;

    private PathBytes(LabNode node) {
        this.node = node;
    }

    /** From now on. */
    public static PathBytes watch(LabNode node) throws IOException {
        node.run("nft", """
                table inet lab_paths {
                    chain got { type filter hook prerouting priority -300; iifname %1$s return; %2$s counter; }
                    chain sent { type filter hook postrouting priority 300; oifname %1$s return; %2$s counter; }
                }
                """.formatted(OTHER_DEVICES, NEIGHBOURS)).orThrow();
        return new PathBytes(node);
    }

    /** Both ways, all paths together. */
    public long count() throws IOException {
        return BYTES.matcher(
                        node.run("nft", "list", "table", "inet", "lab_paths").orThrow())
                .results()
                .map((MatchResult found) -> found.group(1))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
