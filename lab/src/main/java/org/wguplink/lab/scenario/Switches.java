package org.wguplink.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wguplink.lab.net.LabNode;

/** How often a node's active path has changed, as its daemon records it. */
public final class Switches {
    /** What the daemon's log says of each change. */
    private static final String RECORD = "new flows go by ";

    private static final String IPV6_RECORD = "new IPv6 flows go by ";

    private static final int ALL_LINES = 1_000_000;

    private static final Pattern KERNEL = Pattern.compile("\\(kernel after (\\d+\\.\\d+) ms\\)");

    private Switches() {}

    /** From each verdict until the kernel had the routes that follow from it, as the daemon records it, the first first. */
    public static List<Duration> verdictToKernel(LabNode node) throws IOException {
        return node.daemonLog(ALL_LINES)
                .lines()
                .filter(line -> line.contains(RECORD))
                .map(KERNEL::matcher)
                .filter(Matcher::find)
                .map(found -> Duration.ofNanos(Math.round(Double.parseDouble(found.group(1)) * 1e6)))
                .toList();
    }

    /** Changes since the node's first daemon was started, of IPv4 or of both families. */
    public static int of(LabNode node) throws IOException {
        return count(node, RECORD);
    }

    /** Changes of IPv6 alone. */
    public static int ofIpv6Alone(LabNode node) throws IOException {
        return count(node, IPV6_RECORD);
    }

    private static int count(LabNode node, String record) throws IOException {
        return (int) node.daemonLog(ALL_LINES)
                .lines()
                .filter(line -> line.contains(record))
                .count();
    }
}
