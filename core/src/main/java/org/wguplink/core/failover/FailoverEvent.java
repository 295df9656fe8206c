package org.wguplink.core.failover;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;

/** What the decision has to hear of. */
public sealed interface FailoverEvent {
    /** The probes, a carrier or a provider say something new of a path; of none: whether there is no own line at all. */
    record Judged(PathId path, Verdict verdict, String why) implements FailoverEvent {}

    /** What is wrong with a path that lives, the rest of a sentence that begins with its name; empty: nothing any more. */
    record Rated(PathId path, Optional<String> complaint) implements FailoverEvent {}

    /** The paths that exist now: the own WANs, then the uplinks, each best first. One that is missing is gone. */
    record Preferred(List<PathId> paths) implements FailoverEvent {
        public Preferred {
            paths = List.copyOf(paths);
        }
    }

    /** Which uplinks have a tunnel whose outer packets leave by an own WAN: they die with it. */
    record Riding(Map<PathId.Uplink, PathId.OwnWan> underlays) implements FailoverEvent {
        public Riding {
            underlays = Map.copyOf(underlays);
        }
    }

    /** The user's word: switch by itself, or not. */
    record Enabled(boolean automatic) implements FailoverEvent {}

    /** The kernel forwards on this path since an earlier run: said once, before anything is judged. */
    record Resumed(PathId path) implements FailoverEvent {}

    /**
     * How long flows may stay on an uplink which new ones have left.
     *
     * @param others uplinks of which it is another time than usual
     */
    record Draining(Duration usual, Map<PathId.Uplink, Duration> others) implements FailoverEvent {}

    /**
     * The user's word: new flows leave this uplink, and take it only when nothing else works; what is left on it ends.
     *
     * @param within empty: in the time that is usual for it
     */
    record Drained(PathId.Uplink uplink, Optional<Duration> within) implements FailoverEvent {}

    /**
     * An earlier run was draining these uplinks: said once, when the path in use was taken up again.
     *
     * @param left how long what is on them may stay
     * @param ordered those that new flows are to leave by the user's word
     */
    record DrainsResumed(Map<PathId.Uplink, Duration> left, Set<PathId.Uplink> ordered) implements FailoverEvent {}

    /** The user's word: it may be used again. */
    record Recalled(PathId.Uplink uplink) implements FailoverEvent {}

    /** The user's word: new flows of the LAN are shared over these while they may be trusted; none: over none. */
    record Balanced(List<Balance.Member> members) implements FailoverEvent {
        public Balanced {
            members = List.copyOf(members);
        }
    }

    /** Time has passed. */
    record Tick() implements FailoverEvent {}
}
