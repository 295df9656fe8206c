package org.wguplink.core.health;

import java.time.Duration;
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
 * @param heardAt when a probe was answered last, however late; empty: none was, as far as is known
 */
record UnderWay(List<Outstanding> probes, Optional<MonoTime> answeredUpTo, Optional<MonoTime> heardAt) {
    static final UnderWay NOTHING = new UnderWay(List.of(), Optional.empty(), Optional.empty());

    /**
     * One, of a burst or not.
     *
     * @param lost its answer would come too late to tell anything but that the path lives
     */
    record Outstanding(int sequence, int entry, boolean urgent, MonoTime sentAt, boolean lost) {
        Outstanding asLost() {
            return new Outstanding(sequence, entry, urgent, sentAt, true);
        }
    }

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

    UnderWay answered(Outstanding probe, MonoTime now) {
        return new UnderWay(
                probes.stream().filter(o -> o.sequence != probe.sequence).toList(),
                answeredUpTo.filter(probe.sentAt::isBefore).or(() -> Optional.of(probe.sentAt)),
                Optional.of(now));
    }

    /** An answer that came too late: its probe stays overdue, or lost. */
    UnderWay answeredLate(MonoTime now) {
        return new UnderWay(probes, answeredUpTo, Optional.of(now));
    }

    /** Something else has come back now. */
    UnderWay alive(MonoTime now) {
        return new UnderWay(probes, Optional.of(now), heardAt);
    }

    /** Others are asked from now on. */
    UnderWay asking() {
        return new UnderWay(List.of(), answeredUpTo, Optional.empty());
    }

    /** Whether probes were answered once, and none in so much time. */
    boolean silentFor(Duration time, MonoTime now) {
        return heardAt.filter(at -> at.plus(time).isDue(now)).isPresent();
    }

    UnderWay sent(List<Ask> asks, List<Integer> entries, boolean urgent, MonoTime now) {
        var all = new ArrayList<>(probes);
        for (int i = 0; i < asks.size(); i++)
            all.add(new Outstanding(asks.get(i).sequence(), entries.get(i), urgent, now, false));
        return new UnderWay(all, answeredUpTo, heardAt);
    }

    UnderWay only(List<Outstanding> left) {
        return new UnderWay(left, answeredUpTo, heardAt);
    }
}
