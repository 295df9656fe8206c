package org.wguplink.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.control.Status;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.consumer.PathNumbers;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.path.Kernel;
import org.wguplink.daemon.path.NetworkWatch;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.path.ReversePaths;
import org.wguplink.daemon.provider.ForwardingTester;
import org.wguplink.daemon.provider.KernelForwarding;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.KernelNetwork;
import org.wguplink.linux.sysctl.ReversePathFilter;
import org.wguplink.linux.sysctl.Sysctl;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.mesh.roster.Roster;

/** One node: the own WAN, borrowing, lending and the mesh, wired together around the decision. Loop thread only. */
public final class Node implements EventLoop.Timers, AutoCloseable {
    private static final Logger LOG = System.getLogger(Node.class.getName());
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration VERIFICATION = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final ConfigFile configFile;
    private final LinuxTunnels tunnels;
    private final KernelNetwork network;
    private final NetworkWatch watch;
    private final Kernel kernel;
    private final OwnWan wan;
    private final Uplinks uplinks;
    private final Lending lending;
    private final MeshLink mesh;
    private final Decision decision;
    private final KernelForwarding forwarding;
    private final ReversePaths reversePaths;
    private Config config;
    private MonoTime housekeepAt = EventLoop.now();
    private MonoTime verifyAt = EventLoop.now();
    private Runnable onChange = () -> {};

    public Node(EventLoop loop, NodeFiles files)
            throws OsException, FirewallException, TunnelException, ConfigException, IOException {
        this.loop = loop;
        configFile = new ConfigFile(files.config());
        config = configFile.read();
        reversePaths = new ReversePaths(files.reversePaths(), new ReversePathFilter(new Sysctl()));
        network = new KernelNetwork();
        tunnels = new LinuxTunnels();
        kernel = new Kernel();
        decision = new Decision(kernel, new Paths(), config.autoFailover());
        watch = new NetworkWatch(loop, network, new NetworkEvents());
        wan = new OwnWan(loop, this::wanJudged);
        var keys = new TunnelKeys(files.keys().resolve("tunnels"));
        uplinks = new Uplinks(
                loop, tunnels, keys, new PathNumbers(files.state().resolve("paths.json")), config, new UplinkEvents());
        forwarding = new KernelForwarding();
        lending = new Lending(loop, tunnels, keys, files.state(), config, forwarding, new LendingEvents());
        mesh = new MeshLink(loop, files, uplinks, lending);
        wan.configure(config.wan(), config.trackIps());
    }

    /** Called on the loop thread whenever the state that is shown may have changed. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** Looks at the network for the first time. Call before anything else, on the thread that will run the loop. */
    public void start() {
        MonoTime now = EventLoop.now();
        if (!config.enabled()) switchOff();
        kernel.lookForCollisions();
        watch.start(now);
        uplinks.removeOrphans();
        wan.probe(now);
    }

    @Override
    public void tick(MonoTime now) {
        watch.tick(now);
        wan.tick(now);
        uplinks.tick(now);
        lending.tick(now);
        decision.take(new FailoverEvent.Tick(), now);
        if (!housekeepAt.isDue(now)) return;
        housekeepAt = now.plus(HOUSEKEEPING);
        readConfigWhenChanged();
        mesh.check(config.enabled() ? config.mesh() : Optional.empty());
        if (verifyAt.isDue(now)) {
            verifyAt = now.plus(VERIFICATION);
            kernel.verify();
            kernel.lookForCollisions();
            loosenReversePaths();
            if (!config.enabled() && !decision.isOff()) switchOff();
        }
        // nothing happens unless something of ours is missing
        decision.replan();
        considerLending(now);
        onChange.run();
    }

    @Override
    public MonoTime nextWake(MonoTime now) {
        return Stream.of(
                        Stream.of(wan.nextWake(now), uplinks.nextWake(now), lending.nextWake(), housekeepAt),
                        watch.nextWake().stream(),
                        decision.state().nextWake(now).stream())
                .flatMap(wakes -> wakes)
                .min(MonoTime::compareTo)
                .orElse(housekeepAt);
    }

    /** Of the own WAN and the tunnels; of nothing when switched off. */
    private void loosenReversePaths() {
        Set<String> ours = config.enabled()
                ? new Paths().routes().stream().map(PathRoute::device).collect(Collectors.toSet())
                : Set.of();
        loop.work(
                () -> {
                    reversePaths.loosen(ours);
                    return ours;
                },
                done -> {},
                e -> LOG.log(Level.WARNING, "rp_filter: {0}", Failures.text(e)));
    }

    private void wanJudged(Verdict verdict, String why, MonoTime now) {
        decision.take(new FailoverEvent.Judged(PathId.WAN, verdict, why), now);
        considerLending(now);
    }

    private void considerLending(MonoTime now) {
        lending.line(line());
        lending.considered(whyNotLend(now), wan.latency().orElse(Duration.ZERO), now);
    }

    /** Never borrow from who borrows: only a verified WAN that carries our own flows is lent. */
    private Optional<String> whyNotLend(MonoTime now) {
        FailoverState state = decision.state();
        if (state.active() instanceof PathId.Uplink uplink) return Optional.of("it borrows from " + uplink);
        if (!state.standing(PathId.WAN).trusted(now))
            return Optional.of(
                    "its own WAN is not verified: " + state.standing(PathId.WAN).why());
        return kernel.trouble();
    }

    private Optional<ForwardingTester.Line> line() {
        return wan.route()
                .filter(route -> !route.gateways().isEmpty())
                .map(route -> new ForwardingTester.Line(
                        route.device(), route.gateways().keySet(), config.trackIps()));
    }

    /** Takes in a file that the user edited by hand; one that cannot be used is reported once, and changes nothing. */
    private void readConfigWhenChanged() {
        try {
            Optional<Config> changed = configFile.readIfChanged();
            if (changed.isPresent()) {
                configure(changed.get());
                LOG.log(Level.INFO, "the configuration was read again");
            }
        } catch (ConfigException | IOException e) {
            LOG.log(Level.ERROR, "the configuration stays as it was: {0}", Failures.text(e));
        }
    }

    /** Takes in a configuration that the user changed. */
    public void configure(Config next) {
        MonoTime now = EventLoop.now();
        config = next;
        if (next.enabled()) decision.switchOn();
        wan.configure(next.wan(), next.trackIps());
        decision.take(new FailoverEvent.Enabled(next.autoFailover()), now);
        mesh.check(next.enabled() ? next.mesh() : Optional.empty());
        uplinks.configure(next, now);
        lending.configure(next.lending(), now);
        if (!next.enabled()) switchOff();
        watch.look(now);
        onChange.run();
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

    public OwnWan wan() {
        return wan;
    }

    public Uplinks uplinks() {
        return uplinks;
    }

    public Lending lending() {
        return lending;
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

    public KernelNetwork network() {
        return network;
    }

    /** Leaves routes and tunnels as they are: the kernel goes on forwarding on the last decision. */
    @Override
    public void close() {
        mesh.close();
        watch.close();
        kernel.close();
        forwarding.close();
        tunnels.close();
    }

    private final class Paths implements Decision.Paths {
        @Override
        public List<PathRoute> routes() {
            return Stream.concat(wan.route().stream(), uplinks.routes().stream())
                    .toList();
        }

        @Override
        public Optional<Integer> numberOf(PathId path) {
            return switch (path) {
                case PathId.OwnWan own -> Optional.of(PathRoute.WAN);
                case PathId.Uplink uplink -> uplinks.numberOf(uplink);
            };
        }

        @Override
        public Optional<String> served() {
            return lending.device();
        }

        @Override
        public FirewallPlan filter() {
            var filters = new ArrayList<FirewallPlan.Path>();
            wan.device().ifPresent(d -> filters.add(new FirewallPlan.Path(PathRoute.WAN, d, false, Set.of())));
            filters.addAll(uplinks.filters());
            return new FirewallPlan(filters, lending.filter());
        }

        @Override
        public void switched(PathId path, MonoTime now) {
            uplinks.activeIs(path, now);
            considerLending(now);
            onChange.run();
        }
    }

    private final class NetworkEvents implements NetworkWatch.Listener {
        @Override
        public void linkChanged(Link link, MonoTime now) {
            wan.linkChanged(link, now);
        }

        @Override
        public void oursMayBeGone() {
            kernel.forget();
            kernel.lookForCollisions();
        }

        @Override
        public void observed(NetworkSnapshot snapshot, MonoTime now) {
            boolean changed = wan.observe(snapshot);
            uplinks.observe(snapshot);
            lending.observe(snapshot, wan.device().map(Set::of).orElse(Set.of()));
            decision.replan();
            loosenReversePaths();
            if (changed || !wan.probed()) wan.probe(now);
        }
    }

    private final class UplinkEvents implements Uplinks.Listener {
        @Override
        public void preferred(List<PathId.Uplink> order, MonoTime now) {
            if (!order.equals(decision.state().uplinks())) decision.take(new FailoverEvent.Preferred(order), now);
        }

        @Override
        public void judged(PathId.Uplink uplink, Verdict verdict, String why, MonoTime now) {
            decision.take(new FailoverEvent.Judged(uplink, verdict, why), now);
        }

        @Override
        public void replan() {
            var _ = decision.replan();
        }

        @Override
        public void freed(int number) {
            kernel.dropFlows(number);
        }
    }

    private final class LendingEvents implements Lending.Listener {
        @Override
        public void publish(Offer offer) {
            mesh.mesh().ifPresent(m -> m.publish(offer));
        }

        @Override
        public boolean replan() {
            return decision.replan();
        }
    }
}
