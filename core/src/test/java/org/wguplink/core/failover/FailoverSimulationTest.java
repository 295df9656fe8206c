package org.wguplink.core.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;

/**
 * Random histories, with what must hold after every event. A failure names its seed: run it alone with {@code
 * -Dtest=FailoverSimulationTest -Dseed=N}.
 */
class FailoverSimulationTest {
    private static final List<Verdict> VERDICTS = List.of(Verdict.values());
    private static final List<PathId.OwnWan> WANS = List.of(new PathId.OwnWan("wan"), new PathId.OwnWan("lte"));
    private static final List<PathId.Uplink> PEERS = List.of(
            new PathId.Uplink(new PeerId("ana")),
            new PathId.Uplink(new PeerId("ben")),
            new PathId.Uplink(new PeerId("cid")));

    private static final FailoverEvent.Balanced SHARED = new FailoverEvent.Balanced(List.of(
            new Balance.Member(WANS.get(0), 3),
            new Balance.Member(WANS.get(1), 1),
            new Balance.Member(PEERS.get(0), 2)));

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one == null ? LongStream.range(0, 300) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holds(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        MonoTime now = new MonoTime(random.nextLong());
        FailoverState state = FailoverState.start(true, now);
        if (seed % 2 == 0) state = Failover.step(state, SHARED, now).state();
        Map<PathId, Boolean> up = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            now = now.plus(Duration.ofMillis(random.nextInt(8000)));
            // as the loop does when a time has come, before it hears what has happened
            var tick = new FailoverEvent.Tick();
            Failover.Step ticked = Failover.step(state, tick, now);
            check(seed, i, tick, state, ticked, up, now);
            state = ticked.state();
            FailoverEvent event = event(random, state);
            Failover.Step step = Failover.step(state, event, now);
            if (event instanceof FailoverEvent.Judged(var path, var verdict, var why)) {
                boolean died = verdict == Verdict.DOWN && up.getOrDefault(path, true);
                if (died && path instanceof PathId.OwnWan wan)
                    state.riders(wan).forEach(rider -> up.replace(rider, false));
                if (verdict == Verdict.UP) up.put(path, true);
                if (verdict == Verdict.DOWN) up.put(path, false);
            }
            if (event instanceof FailoverEvent.Preferred(var order)) up.keySet().removeIf(p -> !order.contains(p));
            check(seed, i, event, state, step, up, now);
            state = step.state();
        }
    }

    private static FailoverEvent event(RandomGenerator random, FailoverState state) {
        int kind = random.nextInt(100);
        if (kind < 60) {
            List<PathId> paths = state.paths().isEmpty() ? List.of(PathId.NONE) : state.paths();
            if (paths.getFirst() instanceof PathId.None)
                return new FailoverEvent.Judged(PathId.NONE, Verdict.DOWN, "there is no line");
            PathId path = paths.get(random.nextInt(paths.size()));
            return new FailoverEvent.Judged(path, VERDICTS.get(random.nextInt(VERDICTS.size())), "it was said");
        }
        if (kind < 75) {
            var order = new ArrayList<>(PEERS);
            order.removeIf(p -> random.nextInt(3) == 0);
            if (random.nextBoolean()) order = new ArrayList<>(order.reversed());
            List<PathId> paths = new ArrayList<>(WANS);
            if (random.nextInt(4) == 0) paths.remove(random.nextInt(2));
            paths.addAll(order);
            return new FailoverEvent.Preferred(paths);
        }
        if (kind < 77) {
            Map<PathId.Uplink, PathId.OwnWan> riding = new HashMap<>();
            for (PathId.Uplink peer : PEERS) if (random.nextBoolean()) riding.put(peer, WANS.get(random.nextInt(2)));
            return new FailoverEvent.Riding(riding);
        }
        if (kind < 80) return new FailoverEvent.Enabled(random.nextInt(4) != 0);
        return new FailoverEvent.Tick();
    }

    private static void check(
            long seed,
            int i,
            FailoverEvent event,
            FailoverState before,
            Failover.Step step,
            Map<PathId, Boolean> up,
            MonoTime now) {
        FailoverState after = step.state();
        String where = "seed %d, event %d".formatted(seed, i);
        if (!after.paths().isEmpty() && !(after.active() instanceof PathId.None))
            assertThat(after.paths()).as("%s: the active path exists", where).contains(after.active());
        if (!after.automatic())
            assertThat(after.active())
                    .as("%s: disabled means the own WAN", where)
                    .isEqualTo(after.home());
        boolean anyUp = after.paths().stream().anyMatch(p -> up.getOrDefault(p, false) && !after.mayBeTheWan(p, now));
        boolean judged = up.containsKey(after.active()) || after.active() instanceof PathId.Uplink;
        if (after.automatic() && anyUp && judged)
            assertThat(up.getOrDefault(after.active(), false))
                    .as("%s: never on a dead path while one lives", where)
                    .isTrue();
        long switches = step.commands().stream()
                .filter(FailoverCommand.Activate.class::isInstance)
                .count();
        boolean settles = event instanceof FailoverEvent.Preferred
                && !(before.active() instanceof PathId.Uplink)
                && (before.active() instanceof PathId.None || !before.judged(before.active()));
        if (!settles)
            assertThat(switches)
                    .as("%s: one event, one switch at most", where)
                    .isEqualTo(before.active().equals(after.active()) ? 0 : 1);
        boolean leftAlive = switches == 1 && up.getOrDefault(before.active(), false) && after.automatic();
        if (leftAlive)
            assertThat(after.standing(after.active()).trusted(now))
                    .as("%s: what works is left only for what is trusted", where)
                    .isTrue();
        if (switches == 1 && leftAlive)
            assertThat(step.commands())
                    .as("%s: a live path keeps its flows", where)
                    .noneMatch(c -> c.equals(new FailoverCommand.DropFlows(before.active())));
        boolean mayEnd = switches == 1
                && after.automatic()
                && !after.offline()
                && !(event instanceof FailoverEvent.Tick || event instanceof FailoverEvent.Enabled);
        if (mayEnd)
            after.paths().stream()
                    .filter(p -> up.containsKey(p) && !up.get(p))
                    .forEach(dead -> assertThat(step.commands())
                            .as("%s: no flow stays on the dead %s after a switch", where, dead)
                            .contains(new FailoverCommand.DropFlows(dead)));
        Set<PathId> sharing = after.balance().sharing();
        if (!sharing.isEmpty())
            assertThat(sharing)
                    .as("%s: shared with the path in use, over what lives and is trusted", where)
                    .contains(after.active())
                    .hasSizeGreaterThan(1)
                    .allMatch(p -> up.getOrDefault(p, false) && after.trusted(p, now));
        if (!before.offline())
            assertThat(step.commands())
                    .as("%s: who takes a share keeps its flows", where)
                    .noneMatch(c -> c instanceof FailoverCommand.DropFlows(var path) && sharing.contains(path));
        assertThat(after.nextWake(now).orElse(now.plus(Duration.ofSeconds(1))).isDue(now))
                .as("%s: the next wake lies ahead", where)
                .isFalse();
    }
}
