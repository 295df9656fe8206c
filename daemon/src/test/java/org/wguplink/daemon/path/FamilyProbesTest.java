package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

class FamilyProbesTest {
    private static final Set<Family> IPV4 = Set.of(Family.IPV4);
    private static final Set<Family> IPV6 = Set.of(Family.IPV6);
    private static final List<InetAddress> TARGETS4 =
            List.of(Addresses.parse("192.0.2.1"), Addresses.parse("192.0.2.2"));
    private static final List<InetAddress> TARGETS6 =
            List.of(Addresses.parse("2001:db8::1"), Addresses.parse("2001:db8::2"));
    private static final List<InetAddress> ALL =
            Stream.concat(TARGETS4.stream(), TARGETS6.stream()).toList();

    private static final Echoes.Opener NO_ECHOES = (device, number, target, onAnswer) -> {
        throw new AssertionError();
    };

    /** What was said of which families, and when. */
    private record Said(Set<Family> families, Verdict verdict, MonoTime at) {}

    private record Answer(MonoTime at, Runnable taken) {}

    private long nanos;
    private Duration roundTrip = Duration.ofMillis(2);
    private final Set<Family> alive = EnumSet.allOf(Family.class);
    private final List<Answer> underWay = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();
    private long sent4;

    private final PathProbes probes = in(() -> new PathProbes(this::prober, NO_ECHOES, new OneWay()));
    private final FamilyProbes families = in(() -> new FamilyProbes(probes, "wan", 1, new Ear()));

    @Test
    void aFamilyWithoutTargetsIsJudgedAsTheOther() {
        ask(TARGETS6);
        run(Duration.ofSeconds(1));
        assertThat(said).extracting(Said::families).containsOnly(Family.BOTH);
        assertThat(families.verdict(Family.IPV4)).isEqualTo(Verdict.UP);
        assertThat(families.apart()).isFalse();
    }

    @Test
    void oneFamilyDiesAlone() {
        settle();
        alive.remove(Family.IPV6);
        run(Duration.ofSeconds(5));
        assertThat(families.verdict(Family.IPV6)).isEqualTo(Verdict.DOWN);
        assertThat(families.verdict(Family.IPV4)).isEqualTo(Verdict.UP);
        assertThat(verdicts(IPV4)).as("asked for the other's sake").containsExactly(Verdict.SUSPECT, Verdict.UP);
        assertThat(verdicts(Family.BOTH)).isEmpty();
    }

    /** Only IPv4 has traffic. */
    @Test
    void bothLeaveADeadPathTogether() {
        settle();
        alive.clear();
        sendByIpv4(Duration.ofMillis(200));
        assertThat(verdicts(IPV4)).containsExactly(Verdict.SUSPECT, Verdict.DOWN);
        assertThat(verdicts(IPV6)).containsExactly(Verdict.SUSPECT, Verdict.DOWN);
        List<MonoTime> deaths = said.stream()
                .filter(s -> s.verdict == Verdict.DOWN)
                .map(Said::at)
                .toList();
        assertThat(deaths.getLast().since(deaths.getFirst())).isLessThan(Duration.ofMillis(15));
    }

    /** Else the second one's switch waits for the whole of the first one's. */
    @Test
    void whatIsFoundAtOneTimeIsSaidAtOnce() {
        settle();
        var _ = in(() -> {
            families.dead(now());
            return true;
        });
        assertThat(said).containsExactly(new Said(Family.BOTH, Verdict.DOWN, now()));
    }

    @Test
    void aSuspicionThatEndsAtOnceIsNoneOfTheOther() {
        settle();
        sendByIpv4(Duration.ofSeconds(2));
        assertThat(verdicts(IPV4)).contains(Verdict.SUSPECT, Verdict.UP).doesNotContain(Verdict.DOWN);
        assertThat(verdicts(IPV6)).isEmpty();
    }

    /** Where answers take longer than a burst, each would be a reason to doubt the other. */
    @Test
    void aDoubtForTheOthersSakeIsNotHandedBack() {
        roundTrip = Duration.ofMillis(60);
        settle();
        sendByIpv4(Duration.ofMillis(150));
        run(Duration.ofSeconds(1));
        // the traffic stays without answers, and raises a suspicion now and then
        assertThat(verdicts(IPV4)).hasSizeBetween(2, 10).doesNotContain(Verdict.DOWN);
        assertThat(verdicts(IPV6)).hasSizeBetween(2, 10).doesNotContain(Verdict.DOWN);
    }

    /** Seed 31 of the simulation: at the first word of one family the verdict of the other, not doubted yet, was said anew. */
    @Test
    void nobodyHearsOfADoubtBeforeAllFamiliesAreDoubted() {
        settle();
        var _ = in(() -> {
            families.doubt(now());
            return true;
        });
        assertThat(said).containsExactly(new Said(Family.BOTH, Verdict.SUSPECT, now()));
    }

    @Test
    void aFamilyThatLosesItsTargetsIsJudgedAsTheOtherAgain() {
        settle();
        alive.remove(Family.IPV6);
        run(Duration.ofSeconds(5));
        said.clear();
        ask(TARGETS4);
        assertThat(verdicts(IPV6)).containsExactly(Verdict.UP);
        assertThat(families.verdict(Family.IPV6)).isEqualTo(Verdict.UP);
    }

    private void settle() {
        ask(ALL);
        run(Duration.ofSeconds(30));
        assertThat(families.verdict(Family.IPV4)).isEqualTo(Verdict.UP);
        assertThat(families.verdict(Family.IPV6)).isEqualTo(Verdict.UP);
        said.clear();
    }

    private List<Verdict> verdicts(Set<Family> of) {
        return said.stream()
                .filter(s -> s.families.equals(of))
                .map(Said::verdict)
                .toList();
    }

    private void ask(List<InetAddress> targets) {
        var _ = in(() -> {
            families.ask(targets, Detection.DEFAULT.inUse(), now());
            return true;
        });
    }

    private void sendByIpv4(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms++) {
            sent4++;
            run(Duration.ofMillis(1));
        }
    }

    private void run(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms++) {
            nanos += 1_000_000;
            var _ = in(() -> {
                for (Answer answer : List.copyOf(underWay))
                    if (answer.at.isDue(now())) {
                        underWay.remove(answer);
                        answer.taken.run();
                    }
                if (probes.nextLook().isDue(now())) probes.look(now());
                families.tick(now());
                return true;
            });
        }
    }

    private MonoTime now() {
        return new MonoTime(nanos);
    }

    private <T> T in(Callable<T> act) {
        try {
            return ScopedValue.where(EventLoop.SIMULATED, () -> nanos).call(act::call);
        } catch (Exception e) {
            throw new AssertionError(e);
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
            public boolean fetch(HttpUrl page, Consumer<PageAnswer> onAnswer) {
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

    private final class Ear implements FamilyProbes.Listener {
        @Override
        public void judged(Set<Family> of, Verdict verdict, MonoTime now) {
            said.add(new Said(of, verdict, now));
        }

        @Override
        public void rated(Set<Family> of, Optional<String> complaint, MonoTime now) {}
    }

    /** Nothing comes back to flows. */
    private final class OneWay implements Counters {
        @Override
        public void read() {}

        @Override
        public long sent(int path, Family family) {
            return family == Family.IPV4 ? sent4 : 0;
        }

        @Override
        public long answered(int path, Family family) {
            return 0;
        }

        @Override
        public void close() {}
    }
}
