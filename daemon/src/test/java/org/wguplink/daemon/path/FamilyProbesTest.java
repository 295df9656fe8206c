package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;

class FamilyProbesTest {
    private static final Set<Family> IPV4 = Set.of(Family.IPV4);
    private static final Set<Family> IPV6 = Set.of(Family.IPV6);
    private static final List<InetAddress> TARGETS4 =
            List.of(Addresses.parse("192.0.2.1"), Addresses.parse("192.0.2.2"));
    private static final List<InetAddress> TARGETS6 =
            List.of(Addresses.parse("2001:db8::1"), Addresses.parse("2001:db8::2"));
    private static final List<InetAddress> ALL =
            Stream.concat(TARGETS4.stream(), TARGETS6.stream()).toList();

    /** What was said of which families, and when. */
    private record Said(Set<Family> families, Verdict verdict, MonoTime at) {}

    private final SimulatedLine line = new SimulatedLine();
    private final List<Said> said = new ArrayList<>();
    private long sent4;

    private final PathProbes probes = line.probes(new OneWay());
    private final FamilyProbes families = line.in(() -> new FamilyProbes(probes, "wan", 1, new Ear()));

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
        line.alive.remove(Family.IPV6);
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
        line.alive.clear();
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
        var _ = line.in(() -> {
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
        line.roundTrip = Duration.ofMillis(60);
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
        var _ = line.in(() -> {
            families.doubt(now());
            return true;
        });
        assertThat(said).containsExactly(new Said(Family.BOTH, Verdict.SUSPECT, now()));
    }

    @Test
    void aFamilyThatLosesItsTargetsIsJudgedAsTheOtherAgain() {
        settle();
        line.alive.remove(Family.IPV6);
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
        var _ = line.in(() -> {
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
        line.run(time, () -> {
            if (probes.nextLook().isDue(now())) probes.look(now());
            families.tick(now());
        });
    }

    private MonoTime now() {
        return line.now();
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
