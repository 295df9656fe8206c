package org.wguplink.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.control.Status;
import org.wguplink.core.failover.Drains;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.consumer.Meter;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.path.Kernel;
import org.wguplink.daemon.path.Neighbours;
import org.wguplink.daemon.path.NetworkWatch;
import org.wguplink.daemon.path.OwnWans;
import org.wguplink.daemon.path.PathNumbers;
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

/** One node: the own WAN, borrowing, lending and the mesh, wired together around the decision. Loop thread only. */
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
    private final OwnWans wans;
    private final Underlay underlay;
    private final Uplinks uplinks;
    private final Lending lending;
    private final MeshMemory memory;
    private final MeshLink mesh;
    private final NodePaths paths;
    private final Decision decision;
    private final Lendable lendable;
    private final KernelForwarding forwarding;
    private final Neighbours neighbours;
    private Config config;
    private MonoTime housekeepAt = EventLoop.now();
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
        var numbers = new PathNumbers(files.state().resolve("paths.json"));
        probes = new PathProbes(loop);
        wans = new OwnWans(probes, numbers, config, new WanEvents());
        underlay = new Underlay(loop, network, tunnels, this::replan);
        var keys = new TunnelKeys(files.keys().resolve("tunnels"));
        var names = new RememberedNames(
                Optional.of(files.state().resolve("names.json")),
                InetAddress::getAllByName,
                () -> loop.execute(this::namesChanged));
        var meter = new Meter(loop, files.state().resolve("measured.json"), network::traffic);
        uplinks = new Uplinks(loop, probes, tunnels, keys, numbers, names, config, meter, new UplinkEvents());
        forwarding = new KernelForwarding(tunnels);
        lending = new Lending(loop, tunnels, keys, files, config, forwarding, new LendingEvents());
        mesh = new MeshLink(loop, files, names, uplinks, lending, memory);
        paths = new NodePaths(wans, uplinks, lending, underlay, this::switched);
        decision = new Decision(kernel, paths, config.autoFailover(), loop.wall());
        lendable = new Lendable(loop.wall(), kernel, wans, lending);
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
            decision.resume(paths::of, now);
        }
        uplinks.removeOrphans();
        wans.probe(now);
    }

    @Override
    public void tick(MonoTime now) {
        watch.tick(now);
        wans.tick(now);
        uplinks.tick(now);
        lending.tick(now);
        memory.tick(now);
        decision.take(new FailoverEvent.Tick(), now);
        configWatch.tick(now);
        show(now);
        if (!housekeepAt.isDue(now)) return;
        housekeepAt = now.plus(HOUSEKEEPING);
        mesh.check(config.enabled() ? config.mesh() : Optional.empty());
        if (verifyAt.isDue(now)) {
            verifyAt = now.plus(VERIFICATION);
            kernel.verify();
            underlay.lookForForeign();
            lookAround();
            if (!config.enabled() && !decision.isOff()) switchOff();
        }
        if (noteAt.isDue(now)) {
            noteAt = now.plus(NOTE);
            paths.numberOf(decision.state().active())
                    .filter(number -> probes.sentWithin(number, NOTE, now))
                    .ifPresent(kernel::noteFlows);
        }
        ride(now);
        drain(now);
        // nothing happens unless something of ours is missing
        decision.replan();
        followOuter();
        considerLending(now);
    }

    private void replan() {
        decision.replan();
    }

    private void namesChanged() {
        uplinks.namesChanged();
    }

    private void considerLending(MonoTime now) {
        lendable.consider(decision.state(), config, now);
    }

    /** For what others have in the way of our paths; there are none while it is switched off. */
    private void lookAround() {
        neighbours.look(config.enabled() ? paths.devices() : Set.of());
    }

    /** New flows take another path since now. */
    private void switched(PathId path, MonoTime now) {
        wans.activeIs(path, now);
        uplinks.activeIs(path, now);
        followOuter();
        considerLending(now);
        changed = true;
    }

    /** Takes in how long flows may stay on which uplink. */
    private void drain(MonoTime now) {
        Config.Draining times = config.draining();
        Map<PathId.Uplink, Duration> metered = decision.state().uplinks().stream()
                .filter(uplink -> uplinks.isMetered(uplink.peer()))
                .collect(Collectors.toMap(uplink -> uplink, _ -> times.metered()));
        Drains drains = decision.state().drains();
        if (!drains.usual().equals(times.usual()) || !drains.others().equals(metered))
            decision.take(new FailoverEvent.Draining(times.usual(), metered), now);
    }

    /** The user's word: new flows leave an uplink, or may use it again. */
    public void drain(PathId.Uplink uplink, boolean leave, Optional<Duration> within) {
        drain(EventLoop.now());
        decision.take(
                leave ? new FailoverEvent.Drained(uplink, within) : new FailoverEvent.Recalled(uplink),
                EventLoop.now());
        changed = true;
    }

    private void prefer(List<PathId.Uplink> order, MonoTime now) {
        List<PathId> preferred = paths.preferred(order);
        if (!preferred.equals(decision.state().paths())) decision.take(new FailoverEvent.Preferred(preferred), now);
    }

    private void ride(MonoTime now) {
        decision.take(new FailoverEvent.Riding(underlay.riding(uplinks.endpoints(), wans)), now);
    }

    /** The other ends of tunnels whose outer packets leave by another line now learn it at once. */
    private void followOuter() {
        if (!underlay.hasMoved(wans.all())) return;
        uplinks.moved();
        lending.moved();
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
                        Stream.of(
                                wans.nextWake(now), uplinks.nextWake(now), lending.nextWake(), configWatch.nextWake()),
                        Stream.of(housekeepAt),
                        watch.nextWake().stream(),
                        memory.nextWake().stream(),
                        decision.state().nextWake(now).stream())
                .flatMap(wakes -> wakes)
                .min(MonoTime::compareTo)
                .orElse(housekeepAt);
    }

    /** Takes in a configuration that the user changed. */
    public void configure(Config next) {
        MonoTime now = EventLoop.now();
        config = next;
        if (next.enabled()) decision.switchOn();
        wans.configure(next, now);
        decision.take(new FailoverEvent.Enabled(next.autoFailover()), now);
        uplinks.configure(next, now);
        lending.configure(next.lending(), now);
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
                    if (!config.enabled()) decision.switchOff();
                },
                e -> LOG.log(Level.ERROR, "interfaces are not removed: {0}", Failures.text(e)));
    }

    public ConfigFile configFile() {
        return configFile;
    }

    /** What is wrong with the configuration, for people, a line each. */
    public List<String> configTrouble() {
        return Stream.concat(configWatch.trouble().stream(), lending.portTrouble().stream())
                .toList();
    }

    public Config config() {
        return config;
    }

    public FailoverState failover() {
        return decision.state();
    }

    /** When the path in use was chosen. */
    public Instant activeSince() {
        return decision.since();
    }

    /** Reads the counters of the paths. */
    EventLoop.Lookout lookout() {
        return probes;
    }

    public OwnWans wans() {
        return wans;
    }

    public Underlay underlay() {
        return underlay;
    }

    public Uplinks uplinks() {
        return uplinks;
    }

    public Lending lending() {
        return lending;
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
            wans.linkChanged(link, now);
        }

        @Override
        public void oursMayBeGone() {
            kernel.forget();
        }

        @Override
        public void observed(NetworkSnapshot snapshot, MonoTime now) {
            underlay.observe(snapshot);
            boolean moved = wans.observe(snapshot, now);
            changed |= moved;
            mesh.observe(snapshot);
            uplinks.observe(snapshot, wans.devices());
            lending.observe(snapshot, wans.devices());
            decision.replan();
            if (moved || !wans.probed()) wans.probe(now);
            lookAround();
        }
    }

    private final class WanEvents implements OwnWans.Listener {
        @Override
        public void judged(PathId.OwnWan wan, Verdict verdict, String why, MonoTime now) {
            changed = true;
            decision.take(new FailoverEvent.Judged(wan, verdict, why), now);
            // before the next plan, so that a restart finds at once what the kernel has
            considerLending(now);
            if (verdict == Verdict.DOWN) uplinks.doubt(decision.state().riders(wan), now);
            uplinks.needed(wans.allDown(), now);
            decision.replan();
        }

        @Override
        public void rated(PathId.OwnWan wan, Optional<String> complaint, MonoTime now) {
            changed = true;
            decision.take(new FailoverEvent.Rated(wan, complaint), now);
        }

        @Override
        public void absent(String why, MonoTime now) {
            changed = true;
            decision.take(new FailoverEvent.Judged(PathId.NONE, Verdict.DOWN, why), now);
            uplinks.needed(true, now);
            considerLending(now);
        }

        @Override
        public void ordered(MonoTime now) {
            prefer(uplinks.order(), now);
        }

        @Override
        public void freed(int number) {
            decision.dropFlows(number);
        }
    }

    private final class UplinkEvents implements Uplinks.Listener {
        @Override
        public void preferred(List<PathId.Uplink> order, MonoTime now) {
            changed = true;
            prefer(order, now);
        }

        @Override
        public void judged(PathId.Uplink uplink, Verdict verdict, String why, MonoTime now) {
            // before it may be chosen: a line that has just died is no underlay
            if (verdict == Verdict.UP) ride(now);
            if (verdict == Verdict.UP && decision.state().offline()) wans.probe(now);
            decision.take(new FailoverEvent.Judged(uplink, verdict, why), now);
            changed = true;
        }

        @Override
        public void rated(PathId.Uplink uplink, Optional<String> complaint, MonoTime now) {
            decision.take(new FailoverEvent.Rated(uplink, complaint), now);
        }

        @Override
        public void replan() {
            var _ = decision.replan();
        }

        @Override
        public void ended(PeerId peer) {
            memory.ended(peer);
        }

        @Override
        public void freed(int number) {
            decision.dropFlows(number);
        }
    }

    private final class LendingEvents implements Lending.Listener {
        @Override
        public void publish(Offer offer) {
            // a date that may be wrong would be refused, or believed
            if (loop.wall().isKnown()) mesh.mesh().ifPresent(m -> m.publish(offer));
            changed = true;
        }

        @Override
        public boolean replan() {
            return decision.replan();
        }
    }
}
