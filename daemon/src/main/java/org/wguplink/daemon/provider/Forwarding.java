package org.wguplink.daemon.provider;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.provider.ForwardingTester.Finding;
import org.wguplink.daemon.provider.ForwardingTester.Line;
import org.wguplink.daemon.provider.ServedInterface.Ready;

/**
 * Knows whether consumers' packets get through this node. It is tested before anything is offered, whenever the packet
 * filter or the line has changed, and every few minutes. What has worked is not given up for a test that failed for no
 * named reason: only the {@link #PATIENCE}th in a row counts. Loop thread only.
 */
final class Forwarding {
    private static final Logger LOG = System.getLogger(Forwarding.class.getName());
    private static final Duration PERIOD = Duration.ofMinutes(3);
    private static final Duration BLOCKED_PERIOD = Duration.ofSeconds(20);
    private static final Duration DOUBT_PERIOD = Duration.ofSeconds(5);
    private static final Duration PLAIN_PERIOD = Duration.ofSeconds(2);
    /** Others may change their rules all the time: the pause doubles as long as that changes nothing for us. */
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    static final int PATIENCE = 3;
    private static final String UNTESTED = "its forwarding is being tested";

    private final ForwardingTester tester;
    private final ForwardingRun run;
    private final Runnable onChange;
    /** Why not, by family; empty before the first test. */
    private Optional<Map<Family, String>> blocked = Optional.empty();

    private Map<Family, String> plain = Map.of();
    private Optional<Line> line = Optional.empty();
    private Optional<Subject> tested = Optional.empty();
    private OptionalInt generation = OptionalInt.empty();
    private Duration pause = LEAST_PAUSE;
    private int failures;
    private boolean testing;
    private MonoTime testAt = EventLoop.now();
    private MonoTime lookAt = EventLoop.now();
    private MonoTime wakeAt = EventLoop.now();
    private MonoTime lastTest = EventLoop.now().plus(LEAST_PAUSE.negated());

    /** What a test is about: when any of it changes, it is tested anew, and what was found before counts until then. */
    private record Subject(Ready served, Line line) {}

    /** @param onChange on the loop, when there is another finding */
    Forwarding(Loop loop, ForwardingTester tester, ForwardingRun.Door door, Runnable onChange) {
        this.tester = tester;
        this.run = new ForwardingRun(loop, tester, door);
        this.onChange = onChange;
    }

    /** Takes in the line that is lent; empty while none can be. */
    void line(Optional<Line> now) {
        line = now;
    }

    /** Nothing is offered any more: when something is again, it is tested before. */
    void forget() {
        blocked = Optional.empty();
        tested = Optional.empty();
    }

    /** Why nothing can be offered; empty when forwarding works, for IPv4 at least where the line has that. */
    Optional<String> obstacle() {
        Map<Family, String> why = findings();
        Optional<Family> main = line.flatMap(l -> Stream.of(Family.IPV4, Family.IPV6)
                .filter(l.families()::contains)
                .findFirst());
        if (main.isEmpty()) return Optional.of(UNTESTED);
        Optional<String> found = Optional.ofNullable(why.get(main.get()));
        return found.isPresent() || blocked.isPresent() ? found : Optional.of(UNTESTED);
    }

    /** Whether there is something to say of the line: before, nothing is. */
    boolean isKnown() {
        return blocked.isPresent()
                || line.isEmpty()
                || plain.keySet().containsAll(line.get().families());
    }

    /** Families of the line that do not get through: consumers are refused in them at once. */
    Set<Family> refused() {
        return findings().keySet().stream()
                .filter(f -> line.filter(l -> l.families().contains(f)).isPresent())
                .collect(Collectors.toSet());
    }

    /** What is to be known although something is offered, such as a family that is not forwarded. */
    Optional<String> remark() {
        return obstacle().isPresent()
                ? Optional.empty()
                : refused().stream()
                        .map(f -> Objects.requireNonNull(findings().get(f)))
                        .findFirst();
    }

    /** @param addresses of the consumer that asks; never leased, and known to the packet filter */
    void tick(Optional<Ready> served, Optional<TunnelAddresses> addresses, MonoTime now) {
        wakeAt = now.plus(PLAIN_PERIOD);
        if (line.isEmpty() || served.isEmpty() || addresses.isEmpty()) return;
        var subject = new Subject(served.get(), line.get());
        if (!Optional.of(subject).equals(tested)) {
            tested = Optional.of(subject);
            failures = 0;
            testAt = now;
            lookAt = now;
        }
        if (lookAt.isDue(now)) look(subject, now);
        if (testing || plain.keySet().containsAll(subject.line.families())) return;
        if (!testAt.isDue(now)) {
            if (testAt.isBefore(wakeAt)) wakeAt = testAt;
            return;
        }
        testing = true;
        boolean quiet = lastTest.plus(LONGEST_PAUSE).isBefore(now);
        pause = quiet ? LEAST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        lastTest = now;
        run.start(addresses.get(), subject.served, subject.line, found -> tested(subject, found, EventLoop.now()));
    }

    /** Later than the last {@link #tick}. */
    MonoTime nextWake() {
        return wakeAt;
    }

    /** Cheap: two or three files, and one question to the packet filter. */
    private void look(Subject subject, MonoTime now) {
        lookAt = now.plus(PLAIN_PERIOD);
        Map<Family, String> before = plain;
        plain = tester.plainly(TunnelName.SERVED, subject.line);
        if (!plain.equals(before)) {
            testAt = now;
            told();
        }
        if (testing || generation.equals(OptionalInt.of(tester.filterGeneration()))) return;
        MonoTime soonest = lastTest.plus(pause);
        MonoTime soon = soonest.isBefore(now) ? now : soonest;
        if (soon.isBefore(testAt)) testAt = soon;
    }

    private void tested(Subject subject, Map<Family, Finding> found, MonoTime now) {
        testing = false;
        if (!tested.equals(Optional.of(subject))) return;
        // the test itself changes the filter when it looks for a culprit
        generation = OptionalInt.of(tester.filterGeneration());
        boolean certain = found.values().stream().anyMatch(Finding::certain);
        boolean worse =
                !certain && blocked.isPresent() && !blocked.get().keySet().containsAll(found.keySet());
        failures = worse ? failures + 1 : 0;
        if (worse && failures < PATIENCE) {
            LOG.log(Level.DEBUG, "a test of the forwarding failed: {0}", found);
            testAt = now.plus(DOUBT_PERIOD);
            return;
        }
        failures = 0;
        testAt = now.plus(found.isEmpty() ? PERIOD : BLOCKED_PERIOD);
        Map<Family, String> why = found.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().why()));
        boolean news = !blocked.equals(Optional.of(why));
        blocked = Optional.of(why);
        if (news) {
            pause = LEAST_PAUSE;
            told();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void told() {
        refused().forEach(f -> LOG.log(Level.WARNING, "lending: {0}", findings().get(f)));
        onChange.run();
    }

    /** What is plain comes before what a test found. */
    private Map<Family, String> findings() {
        return Stream.of(plain, blocked.orElse(Map.of()))
                .flatMap(m -> m.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first));
    }
}
