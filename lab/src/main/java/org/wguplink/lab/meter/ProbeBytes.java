package org.wguplink.lab.meter;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wguplink.core.route.Layout;
import org.wguplink.lab.net.LabNode;

/** Counts in the kernel what a node's probes send and get, by path, from the IP header on. */
public final class ProbeBytes {
    /** The own WAN and two uplinks; more paths than that are not looked at. */
    private static final int PATHS = 3;

    private static final Pattern BYTES = Pattern.compile("bytes (\\d+)");

    private final LabNode node;

    private ProbeBytes(LabNode node) {
        this.node = node;
    }

    /** From now on. */
    public static ProbeBytes watch(LabNode node) throws IOException {
        node.run("nft", """
                table inet lab_probes {
                    %s
                    chain out { type filter hook postrouting priority 300; %s };
                    chain in { type filter hook prerouting priority 0; ct direction original return; %s };
                }
                """.formatted(
                                each("counter path%d { }"),
                                each("meta mark & %2$s == %3$s counter name path%1$d"),
                                each("ct mark & %2$s == %3$s counter name path%1$d")))
                .orThrow();
        return new ProbeBytes(node);
    }

    /** @param line by a path's number, the mask and the mark of its probes */
    private static String each(String line) {
        return IntStream.rangeClosed(1, PATHS)
                .mapToObj(path -> line.formatted(
                        path,
                        "0x" + Integer.toHexString(Layout.probe(path).mask()),
                        "0x" + Integer.toHexString(Layout.probe(path).value())))
                .collect(Collectors.joining("; ", "", ";"));
    }

    /** Of the path with the most. */
    public long most() throws IOException {
        Matcher counters = BYTES.matcher(node.run("nft", "list", "counters", "table", "inet", "lab_probes")
                .orThrow());
        long most = 0;
        while (counters.find()) most = Math.max(most, Long.parseLong(counters.group(1)));
        return most;
    }
}
