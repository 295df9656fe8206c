package org.wguplink.daemon.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.Steering;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.path.Echoes;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.daemon.path.Prober;
import org.wguplink.daemon.provider.OpenForwarding;
import org.wguplink.daemon.time.WallClock;
import org.wguplink.mesh.names.HostNames;

/** One node: the product's {@link Steering}, run after run of it, on a machine that is made up. */
final class SimNode {
    private static final Instant EPOCH = Instant.parse("2024-02-28T12:00:00Z");
    private static final InetNetwork RADIO = InetNetwork.parse("10.250.0.0/24");
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofMillis(20);
    /** After the last packet of a flow the counters are read in vain so long. */
    private static final Duration QUIET_AFTER = Duration.ofSeconds(2);

    /** What {@link MeshMemory} keeps. */
    private record Kept(Grant grant, Instant ends) {}

    final Simulation simulation;
    final World world;
    final PeerId id;
    final int number;
    final List<Wan> wans;
    final boolean radio;
    final RandomGenerator random;
    final SimKernel kernel;
    final SimTunnels tunnels;
    final Traffic traffic;
    final Watch watch;
    final SimMesh mesh;
    Config config;
    boolean powered = true;
    /** How far the system's clock is off. */
    Duration skew = Duration.ZERO;

    private final Path files;
    private final Map<PeerId, Offer> keptOffers = new TreeMap<>();
    private final Map<PeerId, Kept> keptLeases = new TreeMap<>();
    private int run;
    private int wakes;
    private boolean seeing;
    private @Nullable Steering steering;
    private @Nullable PathProbes probes;
    private WallClock wall;
    private MonoTime housekeepAt;
    private MonoTime startedAt;
    private MonoTime lookUntil;
    private boolean looking;

    SimNode(Simulation simulation, World world, int number, List<Wan> wans, boolean radio, Config config, Path files) {
        this.simulation = simulation;
        this.world = world;
        this.number = number;
        this.id = simulation.peer(number);
        this.wans = wans;
        this.radio = radio;
        this.config = config;
        this.files = files;
        this.random = simulation.random(number);
        this.kernel = new SimKernel(this::ended, simulation.defect);
        this.tunnels = new SimTunnels(
                (device, peer) -> world.handshake(this, device, peer), this::networkChanged, simulation.defect);
        this.traffic = new Traffic(this);
        this.watch = new Watch(this);
        this.mesh = new SimMesh(this);
        this.wall = new WallClock(this::system, () -> now().nanos());
        this.housekeepAt = now();
        this.startedAt = now();
        this.lookUntil = now();
    }

    MonoTime now() {
        return simulation.agenda.now();
    }

    private Instant system() {
        return EPOCH.plus(simulation.agenda.elapsed()).plus(skew);
    }

    Instant wallClock() {
        return wall.instant();
    }

    WallClock wall() {
        return wall;
    }

    boolean runs() {
        return steering != null;
    }

    /** How long this run has lasted. */
    Duration age() {
        return now().since(startedAt);
    }

    Steering steering() {
        if (steering == null) throw new IllegalStateException(id + " does not run");
        return steering;
    }

    /** Begins a run, as the daemon does. */
    void start() {
        if (runs() || !powered) return;
        run++;
        simulation.note(this, "starts");
        int mine = run;
        wall = new WallClock(this::system, () -> now().nanos());
        keptOffers.values().forEach(o -> wall.atLeast(o.issuedAt()));
        var loop = new SimLoop(simulation.agenda, simulation.random(number), wall, task -> act(mine, task));
        probes = new PathProbes(this::socket, (_, _, _, _) -> new NoEchoes(), traffic);
        startedAt = now();
        housekeepAt = now();
        watch.started();
        Steering fresh;
        try {
            Files.createDirectories(new NodeFiles(files).state());
            Files.createDirectories(new NodeFiles(files).keys());
            fresh = new Steering(
                    new Steering.Ground(
                            loop,
                            watch,
                            kernel,
                            probes,
                            tunnels,
                            new NodeFiles(files),
                            new NoNames(),
                            new OpenForwarding(),
                            this::deviceTowards,
                            device -> Optional.empty(),
                            Set::of),
                    config,
                    new Ears());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        steering = fresh;
        MonoTime now = now();
        fresh.observe(snapshot(), now);
        mesh.begin();
        fresh.uplinks().trust(mesh.ledger(), simulation.members(), now);
        fresh.lending().trust(simulation.members());
        fresh.lending().joined(Optional.empty(), Optional.of(id), now);
        List.copyOf(keptOffers.values()).forEach(mesh::present);
        fresh.uplinks().resume(resumed(), now);
        fresh.resume(now);
        fresh.uplinks().removeOrphans();
        fresh.wans().probe(now);
        act(mine, () -> {});
        simulation.agenda.after(
                Duration.ofMillis(300 + random.nextInt(1000)),
                () -> act(mine, () -> {
                    steering().uplinks().joined(Optional.of(mesh), Optional.of(id), now());
                    steering().lending().joined(Optional.of(meshAddress()), Optional.of(id), now());
                    mesh.joined();
                }));
    }

    private Map<PeerId, MeshMemory.Lease> resumed() {
        var leases = new TreeMap<PeerId, MeshMemory.Lease>();
        keptLeases.forEach((peer, kept) -> {
            Duration left = Duration.between(wall.instant(), kept.ends);
            if (left.compareTo(kept.grant.lifetime()) > 0) left = kept.grant.lifetime();
            if (left.isPositive()) leases.put(peer, new MeshMemory.Lease(kept.grant, left));
        });
        leases.keySet().forEach(p -> simulation.states.reached(State.LEASE_RESUMED));
        return leases;
    }

    /** The daemon dies; the kernel goes on forwarding. */
    void crash() {
        run++;
        steering = null;
        probes = null;
        mesh.end();
    }

    /** Nothing of the node is left but its files. */
    void losePower() {
        crash();
        powered = false;
        kernel.clear();
        tunnels.clear();
        traffic.clear();
    }

    /** Not even these: a router that was put in the place of another. */
    void loseState() {
        keptOffers.clear();
        keptLeases.clear();
        try (Stream<Path> found = Files.walk(files)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The user says that new flows are to leave an uplink, or may use it again. */
    void drain(PathId.Uplink uplink, boolean leave, Optional<Duration> within) {
        act(() -> steering().drain(uplink, leave, within, now()));
    }

    /** The user says something else. */
    void configure(Config next) {
        config = next;
        act(() -> steering().configure(next, now()));
    }

    /** Does something on the loop, if the node runs, and lets it do what is due then. */
    void act(Runnable task) {
        act(run, task);
    }

    private void act(int of, Runnable task) {
        if (of != run || !runs()) return;
        task.run();
        if (of != run) return;
        Steering mine = steering();
        mine.tick(now());
        if (housekeepAt.isDue(now())) {
            housekeepAt = now().plus(HOUSEKEEPING);
            mesh.housekeep();
            mine.housekeep(now());
        }
        traffic.begin();
        wakeUp(mine);
        simulation.acted(this);
    }

    private void wakeUp(Steering mine) {
        MonoTime wake = mine.nextWake(now());
        MonoTime at = wake.isBefore(housekeepAt) ? wake : housekeepAt;
        int mineOnly = ++wakes;
        int of = run;
        MonoTime least = now().plus(Duration.ofMillis(1));
        simulation.agenda.at(at.isBefore(least) ? least : at, () -> {
            if (mineOnly == wakes) act(of, () -> {});
        });
    }

    /** Something that is no matter of the loop, as long as this world lasts. */
    void later(Duration delay, Runnable what) {
        simulation.agenda.after(delay, what);
    }

    /** The kernel will tell of new interfaces and addresses. */
    private void networkChanged() {
        if (seeing) return;
        seeing = true;
        simulation.agenda.after(SOON, () -> {
            seeing = false;
            act(() -> steering().observe(snapshot(), now()));
        });
    }

    /** A line's carrier came or went. */
    void carrierChanged(Wan wan) {
        act(() -> steering().linkChanged(link(wan), now()));
        networkChanged();
    }

    private static Link link(Wan wan) {
        return new Link(wan.device, wan.index, true, wan.carrier, 1500);
    }

    private NetworkSnapshot snapshot() {
        var links = new TreeMap<String, Link>();
        var addresses = new ArrayList<DeviceAddress>();
        var routes = new ArrayList<MainRoute>();
        if (radio) {
            links.put("mesh0", new Link("mesh0", 2, true, true, 1500));
            addresses.add(new DeviceAddress("mesh0", radioAddress(), 24));
            routes.add(new MainRoute(RADIO, "mesh0", Optional.empty(), 0));
        }
        for (Wan wan : wans) {
            links.put(wan.device, link(wan));
            for (Family family : wan.families()) {
                var address = new DeviceAddress(wan.device, wan.address(family), family == Family.IPV4 ? 30 : 64);
                addresses.add(address);
                routes.add(new MainRoute(address.network(), wan.device, Optional.empty(), 0));
                routes.add(new MainRoute(
                        InetNetwork.any(family), wan.device, Optional.of(wan.gateway(family)), 100L * wan.index));
            }
        }
        tunnels.interfaces().forEach((name, tunnel) -> {
            links.put(name, new Link(name, 100 + tunnel.index(), true, true, tunnel.desired.mtu()));
            addresses.addAll(tunnel.desired.addresses());
        });
        return new NetworkSnapshot(links, addresses, routes);
    }

    private Optional<String> deviceTowards(InetAddress address, FwMark mark) {
        if (radio && isRadio(address)) return Optional.of("mesh0");
        return outerWan(Family.of(address)).map(w -> w.device);
    }

    /** The families that it has by lines of its own. */
    Set<Family> families() {
        return wans.stream().anyMatch(w -> w.dual) ? Family.BOTH : Set.of(Family.IPV4);
    }

    /** Whether its first line does. */
    boolean homeCarries(Family family) {
        return wans.getFirst().families().contains(family);
    }

    /** The families that are probed. */
    Set<Family> probed() {
        return config.trackIps().stream().anyMatch(t -> Family.of(t) == Family.IPV6)
                ? Family.BOTH
                : Set.of(Family.IPV4);
    }

    /** By which line outer packets leave. */
    Optional<Wan> outerWan(Family family) {
        return kernel.outer(family).flatMap(this::wan).or(() -> preferred(family));
    }

    /** The line that main prefers. */
    private Optional<Wan> preferred(Family family) {
        return wans.stream().filter(w -> w.has(family)).findFirst();
    }

    /** The device that new flows take; empty where they are refused. */
    Optional<String> activeDevice(Family family) {
        return kernel.activeDevice(family)
                .or(() -> kernel.refuses(family)
                        ? Optional.empty()
                        : preferred(family).map(w -> w.device));
    }

    /** What becomes of new flows. */
    World.Way way(Family family) {
        return activeDevice(family).map(d -> world.way(this, d, family)).orElse(World.Way.NONE);
    }

    Optional<Wan> wan(String device) {
        return wans.stream().filter(w -> w.device.equals(device)).findFirst();
    }

    Optional<Wan> wan(InetAddress address) {
        return wans.stream().filter(w -> w.familyOf(address).isPresent()).findFirst();
    }

    static boolean isRadio(InetAddress address) {
        return RADIO.contains(address);
    }

    InetAddress radioAddress() {
        return Addresses.parse("10.250.0." + number);
    }

    InetAddress meshAddress() {
        return radio ? radioAddress() : wans.getFirst().address(Family.IPV4);
    }

    Stream<InetAddress> addresses() {
        return Stream.concat(
                radio ? Stream.of(radioAddress()) : Stream.empty(),
                wans.stream().flatMap(w -> w.families().stream().map(w::address)));
    }

    int portOf(WireGuardKey key) {
        return tunnels.interfaces().values().stream()
                .filter(i -> i.key.equals(key))
                .map(SimTunnels.Interface::port)
                .findFirst()
                .orElse(1);
    }

    /** The number of a path, while it has one. */
    Optional<Integer> numberOf(PathId path) {
        return switch (path) {
            case PathId.OwnWan own -> steering().wans().of(own).map(OwnWan::number);
            case PathId.Uplink uplink -> steering().uplinks().numberOf(uplink);
            case PathId.None none -> Optional.empty();
        };
    }

    /** The device of a path, while it has one. */
    Optional<String> device(PathId path) {
        return switch (path) {
            case PathId.OwnWan own -> Optional.of(own.device());
            case PathId.Uplink uplink ->
                Optional.of(TunnelName.of(uplink.peer()))
                        .filter(d -> tunnels.of(d).isPresent());
            case PathId.None none -> Optional.empty();
        };
    }

    /** The path of a device. */
    Optional<PathId> path(String device) {
        return wan(device)
                .<PathId>map(w -> new PathId.OwnWan(w.device))
                .or(() -> steering().uplinks().uplinkOf(device).map(uplink -> uplink));
    }

    /** Whether a path carries a family when it works. */
    boolean carries(PathId path, Family family) {
        return switch (path) {
            case PathId.OwnWan own ->
                wan(own.device()).filter(w -> w.has(family)).isPresent();
            case PathId.Uplink _ -> true;
            case PathId.None _ -> false;
        };
    }

    boolean borrows() {
        return runs() && steering().state().active() instanceof PathId.Uplink;
    }

    private void ended(int path, Set<Family> families) {
        simulation.states.reached(State.FLOWS_ENDED);
        traffic.end(path, families);
    }

    /** Hosts behind the node talk for a while; the counters are read as long as they say something new. */
    void talk(Duration time, Duration silence) {
        if (!runs()) return;
        traffic.talk(time, silence);
        lookUntil = now().plus(time).plus(QUIET_AFTER);
        if (!looking) look();
    }

    private void look() {
        looking = lookUntil.isBefore(now()) ? false : probes != null;
        if (!looking || probes == null) return;
        if (probes.look(now())) {
            simulation.states.reached(State.SUSPICION_BY_TRAFFIC);
            act(() -> {});
        }
        if (probes != null) simulation.agenda.at(probes.nextLook(), this::look);
        else looking = false;
    }

    void granted(Grant grant) {
        keptLeases.put(grant.provider(), new Kept(grant, wall.instant().plus(grant.lifetime())));
    }

    void heard(Offer offer) {
        keptOffers.put(offer.peerId(), offer);
    }

    private Prober socket(String device, int path, Family family, Prober.Answers answers) {
        return new Socket(device, family, answers, run);
    }

    /** Probes of one path; each socket has chances of its own, so that the order of sockets changes nothing. */
    private final class Socket implements Prober {
        private final String device;
        private final Family family;
        private final Answers answers;
        private final int of;
        private final RandomGenerator chances;
        private int fetches;
        private boolean closed;

        private Socket(String device, Family family, Answers answers, int of) {
            this.device = device;
            this.family = family;
            this.answers = answers;
            this.of = of;
            this.chances = simulation.random(number * 31 + device.hashCode() + of * 1009L + family.version());
        }

        @Override
        public void send(PathMonitor.Ask ask) {
            int sequence = ask.sequence();
            World.Way there = way();
            boolean lost = chances.nextDouble() < there.loss();
            Duration jitter = jitter(chances.nextDouble());
            Optional<Wan> own = wan(device);
            if (simulation.defect == Defect.GATEWAY_ANSWERS_PROBES
                    && (own.isPresent() ? own.get().carrier : there.heard())) {
                simulation.agenda.after(SOON, () -> answer(sequence));
                return;
            }
            if (lost || !there.heard()) return;
            if (own.isEmpty()) heardBy(there);
            simulation.agenda.after(there.roundTrip().plus(jitter), () -> {
                World.Way back = way();
                if (closed || !back.heard()) return;
                if (own.isEmpty()) hears();
                if (there.internet() && back.internet()) answer(sequence);
            });
        }

        private World.Way way() {
            return world.way(SimNode.this, device, family);
        }

        @Override
        public boolean fetch(HttpUrl page, Consumer<PageAnswer> onAnswer) {
            int mine = ++fetches;
            World.Way there = way();
            if (chances.nextDouble() < there.loss() || !there.internet()) return true;
            PageAnswer answer = there.portal() ? PageAnswer.PORTAL : PageAnswer.EXPECTED;
            simulation.agenda.after(
                    there.roundTrip(),
                    () -> act(of, () -> {
                        if (closed || mine != fetches) return;
                        watch.answered(device, family, answer);
                        onAnswer.accept(simulation.defect == Defect.PORTAL_IS_NOT_SEEN ? PageAnswer.EXPECTED : answer);
                    }));
            return true;
        }

        private void answer(int sequence) {
            act(of, () -> {
                if (closed) return;
                watch.answered(device);
                answers.answered(sequence, Duration.ZERO);
            });
        }

        private Duration jitter(double chance) {
            long most = wans.stream().mapToLong(w -> w.jitter.toNanos()).max().orElse(0);
            return Duration.ofNanos((long) (most * chance));
        }

        private void heardBy(World.Way way) {
            SimNode provider = way.providers().getFirst();
            WireGuardKey key = tunnels.of(device).orElseThrow().key;
            world.provider(SimNode.this, device)
                    .ifPresent(hop -> provider.tunnels
                            .of(TunnelName.SERVED)
                            .ifPresent(i -> world.hear(provider, i, key, SimNode.this, hop.source())));
        }

        private void hears() {
            tunnels.of(device).ifPresent(i -> i.peers.values().forEach(p -> p.heard(wallClock(), now())));
        }

        @Override
        public void retain(IntPredicate awaited) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    /** What the product tells. */
    private final class Ears implements Steering.Listener {
        @Override
        public void changed() {}

        @Override
        public void ended(PeerId peer) {
            keptLeases.remove(peer);
        }

        @Override
        public void publish(Offer offer) {
            mesh.publish(offer);
        }
    }

    private static final class NoNames implements HostNames {
        @Override
        public List<InetAddress> known(String host) {
            return List.of();
        }

        @Override
        public void refresh(String host) {}
    }

    @Override
    public String toString() {
        return id.value();
    }

    /** No packet here has a size. */
    private static final class NoEchoes implements Echoes {
        @Override
        public void send(int bytes) {}

        @Override
        public void close() {}
    }
}
