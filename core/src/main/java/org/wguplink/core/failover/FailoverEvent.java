package org.wguplink.core.failover;

import java.util.List;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;

/** What the decision has to hear of. */
public sealed interface FailoverEvent {
    /** The probes, a carrier or a provider say something new of a path. */
    record Judged(PathId path, Verdict verdict, String why) implements FailoverEvent {}

    /** The uplinks that exist now, best first. One that is missing is gone. */
    record Preferred(List<PathId.Uplink> uplinks) implements FailoverEvent {
        public Preferred {
            uplinks = List.copyOf(uplinks);
        }
    }

    /** The user's word: switch by itself, or not. */
    record Enabled(boolean automatic) implements FailoverEvent {}

    /** The kernel forwards on this uplink since an earlier run: said once, before anything is judged. */
    record Resumed(PathId.Uplink path) implements FailoverEvent {}

    /** Time has passed. */
    record Tick() implements FailoverEvent {}
}
