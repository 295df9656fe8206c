package org.wguplink.core.failover;

import org.wguplink.core.path.PathId;

/** What the daemon has to do, in order. Each states a desired result and may be repeated. */
public sealed interface FailoverCommand {
    /** New flows take this path from now on. */
    record Activate(PathId path, String why) implements FailoverCommand {}

    /** The path is dead: end the flows that are pinned to it, so that they fail at once or move. */
    record DropFlows(PathId path) implements FailoverCommand {}
}
