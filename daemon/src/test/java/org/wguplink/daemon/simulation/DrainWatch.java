package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/** When what is left on which uplink is to end, as the events of one family say. */
final class DrainWatch {
    private Duration usual = Duration.ofMinutes(10);
    private Map<PathId.Uplink, Duration> others = Map.of();
    private final Map<PathId, MonoTime> ends = new HashMap<>();
    private final Set<PathId> ordered = new HashSet<>();
    private List<PathId> paths = List.of();

    /** Whether it changes which uplinks new flows are to leave. */
    boolean learn(FailoverEvent event, MonoTime now) {
        return switch (event) {
            case FailoverEvent.Draining(var time, var ofOthers) -> {
                usual = time;
                others = ofOthers;
                yield false;
            }
            case FailoverEvent.Drained(var uplink, var within) -> {
                ends.put(uplink, now.plus(within.orElse(time(uplink))));
                yield ordered.add(uplink);
            }
            case FailoverEvent.DrainsResumed(var left, var anew) -> {
                left.forEach((uplink, time) -> ends.put(uplink, now.plus(time)));
                // of those alone that still have a tunnel
                ends.keySet().retainAll(paths);
                yield ordered.addAll(anew.stream().filter(paths::contains).toList());
            }
            case FailoverEvent.Recalled(var uplink) -> {
                ends.remove(uplink);
                yield ordered.remove(uplink);
            }
            case FailoverEvent.Preferred(var order) -> {
                paths = order;
                ends.keySet().retainAll(paths);
                yield ordered.retainAll(paths);
            }
            default -> false;
        };
    }

    private Duration time(PathId.Uplink uplink) {
        return others.getOrDefault(uplink, usual);
    }

    boolean isOrdered(PathId path) {
        return ordered.contains(path);
    }

    /** New flows have left a path that lives. */
    void left(PathId path, MonoTime now) {
        if (!(path instanceof PathId.Uplink uplink)) return;
        boolean byOrder = isOrdered(path)
                && Optional.ofNullable(ends.get(path))
                        .filter(end -> !end.plus(time(uplink)).isDue(now))
                        .isPresent();
        if (!byOrder) ends.put(path, now.plus(time(uplink)));
    }

    /** New flows take a path. */
    void taken(PathId path) {
        if (!isOrdered(path)) ends.remove(path);
    }

    /** What is left there has ended; whether it was time. */
    boolean ended(PathId path, MonoTime now) {
        return Optional.ofNullable(ends.remove(path))
                .filter(at -> at.isDue(now))
                .isPresent();
    }

    /** Whether all that is left there should have ended by then. */
    boolean isOver(PathId path, MonoTime by) {
        return Optional.ofNullable(ends.get(path)).filter(at -> at.isDue(by)).isPresent();
    }
}
