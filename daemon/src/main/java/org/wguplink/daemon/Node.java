package org.wguplink.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.wguplink.control.Status;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.path.Kernel;
import org.wguplink.daemon.path.Neighbours;
import org.wguplink.daemon.path.NetworkWatch;
import org.wguplink.daemon.path.OwnWans;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.daemon.path.Underlay;
import org.wguplink.daemon.provider.KernelForwarding;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.daemon.time.ClockFloor;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.KernelNetwork;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.mesh.names.RememberedNames;
import org.wguplink.mesh.roster.Roster;

/** One node: {@link Steering} on this machine, with its kernel, files, mesh and user. Loop thread only. */
public final class Node implements EventLoop.Timers, AutoCloseable {
    private static final Logger LOG = System.getLogger(Node.class.getName());
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(2);
    /** Of the flows of the path in use, for when the kernel forgets them. */
    private static final Duration NOTE = Duration.ofSeconds(30);

    private static final Duration VERIFICATION = Duration.ofSeconds(6);
    /** How old the numbers that are shown may be; what changes is shown at once. */
    private static final Duration SHOWN = Duration.ofSeconds(4);

    private final EventLoop loop;
    private final ConfigFile configFile;
    private final ConfigWatch configWatch;
    private final LinuxTunnels tunnels;
    private final KernelNetwork network;
    private final NetworkWatch watch;
    private final Kernel kernel;
    private final PathProbes probes;
    private final Steering steering;
    private final MeshMemory memory;
    private final MeshLink mesh;
    private final KernelForwarding forwarding;
    private final Neighbours neighbours;
    private Config config;
    private MonoTime housekeepAt = EventLoop.now();
    private final AtomicInteger rehearsals = new AtomicInteger();
    private MonoTime verifyAt = EventLoop.now();
    private MonoTime showAt = EventLoop.now();
    private MonoTime noteAt = EventLoop.now().plus(NOTE);
    private boolean changed;
    private Runnable onChange = () -> {};

    public Node(EventLoop loop, NodeFiles files)
            throws OsException, FirewallException, TunnelException, ConfigException, IOException {
        this.loop = loop;
        configFile = new ConfigFile(files.config());
        config = configFile.read();
        network = new KernelNetwork();
        tunnels = new LinuxTunnels();
        kernel = new Kernel(loop);
        neighbours = new Neighbours(loop, kernel, files.reversePaths());
        memory = new MeshMemory(loop, files.state().resolve("mesh.json"));
        // before anything that is dated
        ClockFloor.set(loop.wall(), files.keys(), memory);
        watch = new NetworkWatch(loop, network, new NetworkEvents());
        // not on disk: what a portal says of a name is no good later
        probes = new PathProbes(loop, RememberedNames.inMemory());
        var names = new RememberedNames(
                Optional.of(files.state().resolve("names.json")),
                InetAddress::getAllByName,
                () -> loop.execute(this::namesChanged));
        forwarding = new KernelForwarding(tunnels);
        steering = new Steering(
                new Steering.Ground(
                        loop,
                        Failover::step,
                        kernel,
                        probes,
                        tunnels,
                        files,
                        names,
                        forwarding,
                        network::deviceTowards,
                        network::traffic,
                        tunnels::foreignPorts),
                config,
                new SteeringEvents());
        mesh = new MeshLink(loop, files, names, steering.uplinks(), steering.lending(), memory);
        configWatch = new ConfigWatch(configFile, this::configure, () -> config.peerId(), mesh::self);
    }

    /** Called on the loop thread when the state that is shown has changed, and every 4 s. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** Looks at the network for the first time. Call before anything else, on the thread that will run the loop. */
    public void start() {
        MonoTime now = EventLoop.now();
        if (!config.enabled()) switchOff();
        watch.start(now);
        mesh.check(config.enabled() ? config.mesh() : Optional.empty());
        if (config.enabled()) {
            mesh.resume(now);
            steering.resume(now);
        }
        steering.uplinks().removeOrphans();
        steering.wans().probe(now);
    }

    /** Goes through the death of the path in use, and does nothing of it. */
    void rehearse() {
        if (!steering.decision().isOff() && steering.decision().rehearse(EventLoop.now())) rehearsals.incrementAndGet();
    }

    /** How often another path would have been taken. For any thread. */
    int rehearsals() {
        return rehearsals.get();
    }

    @Override
    public void tick(MonoTime now) {
        watch.tick(now);
        steering.tick(now);
        memory.tick(now);
        configWatch.tick(now);
        show(now);
        if (!housekeepAt.isDue(now)) return;
        housekeepAt = now.plus(HOUSEKEEPING);
        mesh.check(config.enabled() ? config.mesh() : Optional.empty());
        if (verifyAt.isDue(now)) {
            verifyAt = now.plus(VERIFICATION);
            kernel.verify();
            steering.underlay().lookForForeign();
            lookAround();
            if (!config.enabled() && !steering.decision().isOff()) switchOff();
        }
        if (noteAt.isDue(now)) {
            noteAt = now.plus(NOTE);
            states().active().values().stream()
                    .distinct()
                    .flatMap(path -> steering.paths().numberOf(path).stream())
                    .filter(number -> probes.sentWithin(number, NOTE, now))
                    .forEach(kernel::noteFlows);
        }
        steering.housekeep(now);
    }

    private void namesChanged() {
        steering.uplinks().namesChanged();
    }

    /** For what others have in the way of our paths; there are none while it is switched off. */
    private void lookAround() {
        neighbours.look(config.enabled() ? steering.paths().devices() : Set.of());
    }

    /** The user's word: new flows leave an uplink, or may use it again. */
    public void drain(PathId.Uplink uplink, boolean leave, Optional<Duration> within) {
        steering.drain(uplink, leave, within, EventLoop.now());
        changed = true;
    }

    /** A load that was made on purpose has shown what a path brings. */
    public void measured(PathId path, double mbps) {
        steering.measured(path, mbps, EventLoop.now());
    }

    /** How a path leaves the node; empty while there is no device, tunnel or number for it. */
    public Optional<PathRoute> route(PathId path) {
        Optional<Integer> number = steering.paths().numberOf(path);
        return steering.paths().routes().stream()
                .filter(route -> number.equals(Optional.of(route.number())))
                .findFirst();
    }

    /** Not where something changes, which may be in the middle of a switch. */
    private void show(MonoTime now) {
        if (!changed && !showAt.isDue(now)) return;
        changed = false;
        showAt = now.plus(SHOWN);
        onChange.run();
    }

    @Override
    public MonoTime nextWake(MonoTime now) {
        return Stream.of(
                        Stream.of(steering.nextWake(now), configWatch.nextWake(), housekeepAt),
                        watch.nextWake().stream(),
                        memory.nextWake().stream())
                .flatMap(wakes -> wakes)
                .min(MonoTime::compareTo)
                .orElse(housekeepAt);
    }

    /** Takes in a configuration that the user changed. */
    public void configure(Config next) {
        MonoTime now = EventLoop.now();
        config = next;
        steering.configure(next, now);
        // the last: leases are given back and offers withdrawn over the mesh
        mesh.check(next.enabled() ? next.mesh() : Optional.empty());
        if (!next.enabled()) switchOff();
        watch.look(now);
        changed = true;
    }

    /** First the interfaces go, and then what keeps their users in bounds; tried again until all is gone. */
    private void switchOff() {
        loop.work(
                () -> {
                    for (String device : tunnels.names(TunnelName.PREFIX)) tunnels.remove(device);
                    return true;
                },
                gone -> {
                    if (!config.enabled()) steering.decision().switchOff();
                },
                e -> LOG.log(Level.ERROR, "interfaces are not removed: {0}", Failures.text(e)));
    }

    public ConfigFile configFile() {
        return configFile;
    }

    /** What is wrong with the configuration, for people, a line each. */
    public List<String> configTrouble() {
        return Stream.concat(configWatch.trouble().stream(), steering.lending().portTrouble().stream())
                .toList();
    }

    public Config config() {
        return config;
    }

    public FailoverState failover() {
        return steering.state();
    }

    public FamilyStates states() {
        return steering.states();
    }

    /** When the path in use was chosen. */
    public Instant activeSince() {
        return steering.decision().since();
    }

    /** Reads the counters of the paths. */
    EventLoop.Lookout lookout() {
        return probes;
    }

    public OwnWans wans() {
        return steering.wans();
    }

    /** What each own line brought when it was measured, in Mbit/s. */
    public Optional<Integer> measured(PathId.OwnWan wan) {
        return steering.speeds().of(wan.device());
    }

    public Underlay underlay() {
        return steering.underlay();
    }

    public Uplinks uplinks() {
        return steering.uplinks();
    }

    public Lending lending() {
        return steering.lending();
    }

    /** How long ago a tunnel's last handshake was; empty before the first. May block; from any thread. */
    public Optional<Duration> sinceHandshake(String device, WireGuardKey peer) throws TunnelException {
        return tunnels.read(device)
                .map(status -> status.peers().get(peer))
                .flatMap(TunnelStatus.Peer::latestHandshake)
                // a clock that was set back is no handshake in the future
                .map(at -> Duration.between(at, Instant.now()))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    /** This node's name in the mesh, once it has one. */
    public Optional<PeerId> self() {
        return mesh.self().or(() -> config.peerId());
    }

    /** The mesh as it is shown: this node counts among the members. */
    public Status.Mesh meshReport() {
        return new Status.Mesh(
                config.mesh().map(m -> m.address().getHostAddress()).orElse(null),
                mesh.mesh().map(m -> m.present().size() + 1).orElse(0),
                mesh.present().map(Roster::serial).orElse(0L),
                mesh.members().size(),
                mesh.trouble().orElse(null));
    }

    public Kernel kernel() {
        return kernel;
    }

    /** What others on this node have in our way, a sentence each. */
    public List<String> warnings() {
        return neighbours.warnings();
    }

    /** Leaves routes and tunnels as they are: the kernel goes on forwarding on the last decision. */
    @Override
    public void close() {
        mesh.close();
        watch.close();
        kernel.close();
        probes.close();
        forwarding.close();
        tunnels.close();
    }

    private final class NetworkEvents implements NetworkWatch.Listener {
        @Override
        public void linkChanged(Link link, MonoTime now) {
            steering.linkChanged(link, now);
        }

        @Override
        public void oursMayBeGone() {
            kernel.forget();
        }

        @Override
        public void observed(NetworkSnapshot snapshot, MonoTime now) {
            mesh.observe(snapshot);
            steering.observe(snapshot, now);
            lookAround();
        }
    }

    private final class SteeringEvents implements Steering.Listener {
        @Override
        public void changed() {
            changed = true;
        }

        @Override
        public void ended(PeerId peer) {
            memory.ended(peer);
        }

        @Override
        public void publish(Offer offer) {
            mesh.mesh().ifPresent(m -> m.publish(offer));
        }
    }
}
