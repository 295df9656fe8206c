package org.wguplink.daemon.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.Quality;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;

/** One history of a world, from one seed: first it settles, then it suffers, and then all is well and it must become so. */
final class Simulation {
    private static final List<String> NAMES = List.of("ana", "ben", "cid", "dea", "eva", "fil", "gus", "hal");
    private static final int FEWEST_NODES = 4;
    private static final int NOTES = 20;
    /** One history of so many suffers for minutes. */
    private static final int LONG = 25;
    /** In one of so many the longest hold-downs are waited for. */
    private static final int LONGEST = 250;
    /** One of so many is lived to its end, though it is calm. */
    private static final int WHOLE = 5;
    /** Seconds. */
    private static final int CALM = 3;

    private static final Duration SETTLED = Duration.ofSeconds(6);
    private static final HttpUrl PAGE = HttpUrl.parse("http://192.0.2.204/");
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(10);

    final Defect defect;
    final State.Counts states;
    final Agenda agenda;
    private final long seed;
    private final Set<Invariant> checked;
    private final RandomGenerator random;
    private final World world = new World();
    private final Deque<String> notes = new ArrayDeque<>();
    private Set<PeerId> members = Set.of();
    private Optional<SimNode> acted = Optional.empty();
    private boolean harmed;
    private long events;
    private long digest;

    private Simulation(long seed, Defect defect, Set<Invariant> checked, State.Counts states) {
        this.seed = seed;
        this.defect = defect;
        this.checked = checked;
        this.states = states;
        this.random = random(0);
        this.agenda = new Agenda(random.nextLong());
    }

    /**
     * What came of it, the same for the same seed.
     *
     * @param events how many there were
     * @param digest of all that was noted
     */
    record Outcome(long events, long digest) {}

    /** @throws Violation by the first invariant among {@code checked} that does not hold */
    static Outcome run(long seed, Defect defect, Set<Invariant> checked, State.Counts states, Path files) {
        var simulation = new Simulation(seed, defect, checked, states);
        try {
            Path own = Files.createTempDirectory(files, "seed");
            ScopedValue.where(EventLoop.SIMULATED, simulation.agenda::nanos).run(() -> simulation.live(own));
            delete(own);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Outcome(simulation.events, simulation.digest);
    }

    /** A directory with all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    private void live(Path files) {
        make(files);
        for (SimNode node : world.nodes) agenda.after(Duration.ofMillis(random.nextInt(3000)), node::start);
        int most = seed % LONG == 0 ? 150 : 24;
        Duration end = SETTLED.plus(Duration.ofSeconds(most / 2 + (long) random.nextInt(most / 2)));
        new Faults(this, world, random(1)).plan(SETTLED, end);
        calmDown(end);
        if (seed % LONGEST != 0) return;
        agenda.run(end.plus(LONGEST_HOLD).plus(Invariant.CONVERGED), this::checkAll);
        converged();
    }

    /** Where everybody is at home, and stays there, nothing more is to be learnt: most worlds come to an end sooner. */
    private void calmDown(Duration end) {
        Duration limit = end.plus(Invariant.CONVERGED);
        Duration at = end;
        int calm = 0;
        while (at.compareTo(limit) < 0 && (calm < CALM || seed % WHOLE == 0)) {
            at = at.plusSeconds(1);
            agenda.run(at, this::checkAll);
            calm = world.nodes.stream().allMatch(n -> n.watch.isHome()) ? calm + 1 : 0;
        }
        converged();
    }

    private void converged() {
        world.nodes.forEach(n -> n.watch.converged());
    }

    private void make(Path files) {
        int more = NAMES.size() - FEWEST_NODES + 1;
        // small worlds are lived through sooner
        int one = random.nextInt(more);
        int other = random.nextInt(more);
        int count = FEWEST_NODES + Math.min(one, other);
        var names = new TreeSet<PeerId>();
        for (int n = 1; n <= count; n++) names.add(peer(n));
        members = names;
        int kind = random.nextInt(10);
        boolean dual = random.nextBoolean();
        for (int n = 1; n <= count; n++) {
            boolean radio = kind < 6 || (kind < 8 && random.nextInt(3) > 0);
            var wans = new ArrayList<Wan>();
            int lines = 1 + random.nextInt(5) / 3;
            for (int line = 0; line < lines; line++)
                wans.add(new Wan(
                        n,
                        line,
                        dual && random.nextInt(4) > 0,
                        Duration.ofMillis(3 + random.nextInt(60)),
                        Duration.ofMillis(random.nextInt(15)),
                        random.nextInt(4) == 0 ? 0.01 : 0));
            try {
                Path own = Files.createDirectories(files.resolve("node" + n));
                world.add(new SimNode(this, world, n, wans, radio, config(n, count, radio, dual, wans), own));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Config config(int self, int count, boolean radio, boolean dual, List<Wan> wans) {
        var peers = new TreeMap<PeerId, Integer>();
        for (int n = 1; n <= count; n++)
            if (n != self && random.nextInt(4) > 0) peers.put(peer(n), 10 * (1 + random.nextInt(3)));
        var address =
                radio ? Addresses.parse("10.250.0." + self) : wans.getFirst().address(Family.IPV4);
        return new Config(
                true,
                true,
                1 + random.nextInt(2),
                Duration.ofSeconds(5 + random.nextInt(26)),
                Duration.ofSeconds(10),
                random.nextBoolean(),
                new Config.Watching(
                        Detection.DEFAULT,
                        random.nextInt(3) > 0 ? Optional.of(Quality.Limits.USUAL) : Optional.empty(),
                        random.nextInt(3) > 0 ? List.of(PAGE) : List.of(),
                        Optional.empty()),
                new Config.Draining(Duration.ofSeconds(2 + random.nextInt(20)), Duration.ofSeconds(2)),
                Optional.empty(),
                List.of(),
                Stream.of("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2")
                        .limit(dual ? 4 : 2)
                        .map(Addresses::parse)
                        .toList(),
                new Config.Lending(
                        random.nextInt(8) > 0, 0, 0, WanType.UNKNOWN, 0, Duration.ofSeconds(10 + random.nextInt(50))),
                Optional.of(new Config.Mesh(address, Config.Mesh.DEFAULT_PORT, List.<Endpoint>of())),
                peers,
                List.of(),
                new TreeMap<>(),
                List.of());
    }

    /** A source of chances of its own for one purpose, so that others' draws change nothing there. */
    RandomGenerator random(long purpose) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 0x9e3779b97f4a7c15L + purpose);
    }

    PeerId peer(int number) {
        return new PeerId(NAMES.get(number - 1));
    }

    Set<PeerId> members() {
        return members;
    }

    /** For who reads of a violation. */
    void note(SimNode node, String what) {
        String text = "%10.3f s  %s: %s".formatted(seconds(), node, what);
        digest = digest * 31 + text.hashCode();
        notes.add(text);
        if (notes.size() > NOTES) notes.removeFirst();
    }

    private double seconds() {
        return agenda.elapsed().toMillis() / 1e3;
    }

    /** A node has done something. */
    void acted(SimNode node) {
        acted = Optional.of(node);
    }

    /** The world has changed. */
    void harmed() {
        harmed = true;
    }

    private void checkAll() {
        events++;
        if (harmed) world.nodes.forEach(n -> n.watch.check());
        else acted.ifPresent(n -> n.watch.check());
        harmed = false;
        acted = Optional.empty();
    }

    void violated(Invariant invariant, SimNode node, String what) {
        if (!checked.contains(invariant)) return;
        throw new Violation(invariant, """
                seed %d, %.3f s, %s: %s
                %s: %s
                what happened last:
                  %s
                to see it again: ./test --seed %d%s
                """.formatted(
                        seed,
                        seconds(),
                        node,
                        what,
                        invariant,
                        invariant.sentence,
                        String.join("\n  ", notes),
                        seed,
                        defect == Defect.NONE ? "" : " " + defect));
    }
}
