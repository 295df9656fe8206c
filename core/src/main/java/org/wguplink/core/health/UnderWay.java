package org.wguplink.core.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.time.MonoTime;

/**
 * The probes of one path that are under way. Immutable.
 *
 * @param probes in the order in which they were sent
 * @param answeredUpTo when the newest probe that was answered had been sent: what was sent before and is still out is lost,
 *     not overdue, for the path lives
 */
record UnderWay(List<Outstanding> probes, Optional<MonoTime> answeredUpTo) {
    static final UnderWay NOTHING = new UnderWay(List.of(), Optional.empty());

    /** One, of a burst or not. */
    record Outstanding(int sequence, int entry, boolean urgent, MonoTime sentAt) {}

    UnderWay {
        probes = List.copyOf(probes);
    }

    Optional<Outstanding> of(int sequence) {
        return probes.stream().filter(o -> o.sequence == sequence).findFirst();
    }

    /** Whether nothing that was sent later was answered. */
    boolean isAwaited(Outstanding probe) {
        return answeredUpTo.isEmpty() || answeredUpTo.get().isBefore(probe.sentAt);
    }

    /** The first probe that should have been answered, and after which nothing has come. */
    Optional<Outstanding> oldestOverdue(Rota rota) {
        return probes.stream().filter(o -> isAwaited(o) && rota.counts(o.entry)).findFirst();
    }

    UnderWay answered(Outstanding probe) {
        return new UnderWay(
                probes.stream().filter(o -> o.sequence != probe.sequence).toList(),
                answeredUpTo.filter(probe.sentAt::isBefore).or(() -> Optional.of(probe.sentAt)));
    }

    UnderWay sent(List<Ask> asks, List<Integer> entries, boolean urgent, MonoTime now) {
        var all = new ArrayList<>(probes);
        for (int i = 0; i < asks.size(); i++)
            all.add(new Outstanding(asks.get(i).sequence(), entries.get(i), urgent, now));
        return new UnderWay(all, answeredUpTo);
    }

    UnderWay only(List<Outstanding> left) {
        return new UnderWay(left, answeredUpTo);
    }
}
