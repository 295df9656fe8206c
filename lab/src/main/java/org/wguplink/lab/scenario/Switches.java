package org.wguplink.lab.scenario;

import java.io.IOException;
import org.wguplink.lab.net.LabNode;

/** How often a node's active path has changed, as its daemon records it. */
public final class Switches {
    /** What the daemon's log says of each change. */
    private static final String RECORD = "new flows go by ";

    private static final int ALL_LINES = 1_000_000;

    private Switches() {}

    /** Changes since the node's first daemon was started. */
    public static int of(LabNode node) throws IOException {
        return (int) node.daemonLog(ALL_LINES)
                .lines()
                .filter(line -> line.contains(RECORD))
                .count();
    }
}
