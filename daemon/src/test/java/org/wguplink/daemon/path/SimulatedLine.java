package org.wguplink.daemon.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** A line in simulated time: every probe is answered after a round trip, of the families that live. */
final class SimulatedLine {
    final Set<Family> alive = EnumSet.allOf(Family.class);
    Duration roundTrip = Duration.ofMillis(2);
    private final List<Answer> underWay = new ArrayList<>();
    private long nanos;

    private record Answer(MonoTime at, Runnable taken) {}

    /** @param counters of its traffic */
    PathProbes probes(Counters counters) {
        return in(() -> new PathProbes(
                this::prober,
                (device, number, target, onAnswer) -> {
                    throw new AssertionError("there are no echoes here");
                },
                counters));
    }

    MonoTime now() {
        return new MonoTime(nanos);
    }

    /** Does it at the present moment of the simulation. */
    <T> T in(Callable<T> act) {
        try {
            return ScopedValue.where(EventLoop.SIMULATED, () -> nanos).call(act::call);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Lets time pass, and does this after the answers of each millisecond. */
    void run(Duration time, Runnable each) {
        for (long ms = 0; ms < time.toMillis(); ms++) {
            nanos += 1_000_000;
            var _ = in(() -> {
                for (Answer answer : List.copyOf(underWay))
                    if (answer.at.isDue(now())) {
                        underWay.remove(answer);
                        answer.taken.run();
                    }
                each.run();
                return true;
            });
        }
    }

    private Prober prober(String device, int number, Family family, Prober.Answers onAnswer) {
        return new Prober() {
            private boolean closed;

            @Override
            public void send(Ask ask) {
                if (alive.contains(family))
                    underWay.add(new Answer(now().plus(roundTrip), () -> {
                        if (!closed && alive.contains(family)) onAnswer.answered(ask.sequence(), Duration.ZERO);
                    }));
            }

            // there are no pages here
            @Override
            public boolean fetch(HttpUrl page, Consumer<PageAnswer> onPage) {
                return true;
            }

            @Override
            public void retain(IntPredicate awaited) {}

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
