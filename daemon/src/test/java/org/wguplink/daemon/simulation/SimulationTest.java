package org.wguplink.daemon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Five hundred histories of four to eight nodes, with what must hold after every event; and histories with planted defects,
 * which must be found. A failure tells its seed: {@code ./test --seed N} lives that history alone, and {@code ./test --seed
 * N DEFECT} one with a defect.
 */
class SimulationTest {
    private static final Set<Invariant> ALL = EnumSet.allOf(Invariant.class);
    private static final long SEEDS = 500;
    private static final Optional<Long> ONE = Optional.ofNullable(Long.getLong("seed"));

    private final Logger log = Logger.getLogger("org.wguplink");
    private Path files = Path.of("");

    private static LongStream seeds() {
        return ONE.map(LongStream::of).orElse(LongStream.range(0, SEEDS));
    }

    @BeforeEach
    void quietly() throws IOException {
        // thousands of nodes would say what they do
        log.setLevel(Level.OFF);
        Path memory = Path.of("/dev/shm");
        files = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "wguplink-simulation")
                : Files.createTempDirectory("wguplink-simulation");
    }

    @AfterEach
    void tidyUp() throws IOException {
        log.setLevel(null);
        Simulation.delete(files);
    }

    @Test
    void everythingHoldsInEveryHistoryAndEveryStateIsReached() {
        Defect defect = Defect.valueOf(System.getProperty("defect", "NONE"));
        var states = new State.Counts();
        var violations = new ConcurrentSkipListMap<Long, Violation>();
        long events = seeds().parallel()
                .map(seed -> {
                    try {
                        return Simulation.run(seed, defect, ALL, states, files).events();
                    } catch (Violation violation) {
                        violations.put(seed, violation);
                        return 0;
                    }
                })
                .sum();
        System.out.printf("simulation: %d events; states reached: %s%n", events, states);
        if (!violations.isEmpty())
            fail("%d histories, with seeds %s: the first one is%n%s"
                    .formatted(
                            violations.size(),
                            violations.keySet(),
                            violations.firstEntry().getValue().getMessage()));
        if (ONE.isEmpty())
            assertThat(State.values())
                    .allSatisfy(s -> assertThat(states.of(s)).as("times %s", s).isPositive());
    }

    @Test
    void aHistoryIsTheSameEveryTime() {
        Simulation.Outcome once = Simulation.run(7, Defect.NONE, ALL, new State.Counts(), files);
        assertThat(Simulation.run(7, Defect.NONE, ALL, new State.Counts(), files))
                .isEqualTo(once);
    }

    @Test
    void everyPlantedDefectIsFoundByEachInvariantThatIsMeantForIt() {
        if (ONE.isPresent()) return;
        record Hunt(Defect defect, Invariant invariant) {}
        List<Hunt> hunts = Arrays.stream(Defect.values())
                .flatMap(d -> d.caughtBy().stream().map(i -> new Hunt(d, i)))
                .toList();
        var found = new ConcurrentSkipListMap<String, Long>();
        hunts.parallelStream().forEach(h -> found.put(h.defect + " by " + h.invariant, first(h.defect, h.invariant)));
        System.out.println("simulation: found with seed: " + new TreeMap<>(found));
        assertThat(hunts.stream().map(Hunt::invariant))
                .as("invariants that find something")
                .containsAll(ALL);
    }

    /** The first seed with which the invariant finds the defect. */
    private long first(Defect defect, Invariant invariant) {
        for (long seed = 1; seed < SEEDS; seed++)
            try {
                Simulation.run(seed, defect, EnumSet.of(invariant), new State.Counts(), files);
            } catch (Violation found) {
                assertThat(found.invariant).isEqualTo(invariant);
                return seed;
            }
        return fail("%s is not found by %s".formatted(defect, invariant));
    }
}
