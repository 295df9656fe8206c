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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wguplink.control.Status;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.consumer.PathNumbers;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.Kernel;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.KernelNetwork;
import org.wguplink.linux.netlink.NetworkEvent;
import org.wguplink.linux.sysctl.Sysctl;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.mesh.gossip.Mesh;
import org.wguplink.mesh.roster.Roster;

/** One node: everything wired together around the decision. Loop thread only. */
public final class Node implements EventLoop.Timers, AutoCloseable {
    private static final Logger LOG = System.getLogger(Node.class.getName());
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final ConfigFile configFile;
    private final LinuxTunnels tunnels;
    private final KernelNetwork network;
    private final Kernel kernel;
    private final OwnWan wan;
    private final Uplinks uplinks;
    private final Lending lending;
    private final MeshLink mesh;
    private final Sysctl sysctl = new Sysctl();
    private Config config;
    private Ledger ledger = Ledger.EMPTY;
    private FailoverState failover;
    private Instant activeSince = Instant.now();
    private MonoTime housekeepAt;
    private Runnable onChange = () -> {};

    public Node(EventLoop loop, NodeFiles files)
            throws OsException, FirewallException, TunnelException, ConfigException, IOException {
        this.loop = loop;
        configFile = new ConfigFile(files.config());
        config = configFile.read();
        network = new KernelNetwork();
        tunnels = new LinuxTunnels();
        kernel = new Kernel();
        MonoTime now = EventLoop.now();
        housekeepAt = now;
        failover = FailoverState.start(config.autoFailover(), now);
        wan = new OwnWan(loop, this::wanJudged);
        var keys = new TunnelKeys(files.keys().resolve("tunnels"));
        uplinks = new Uplinks(
                loop, tunnels, keys, new PathNumbers(files.state().resolve("paths.json")), config, new UplinkEvents());
        lending = new Lending(loop, tunnels, keys, files.state(), config, new LendingEvents());
        mesh = new MeshLink(loop, files, new MeshEvents());
        wan.configure(config.wan(), config.trackIps());
    }

    /** Called on the loop thread whenever the state that is shown may have changed. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** Looks at the network for the first time. Call on the loop thread before anything else. */
    public void start() {
        loop.watch(network.fd(), this::networkChanged);
        MonoTime now = EventLoop.now();
        observe(now);
        wan.probe(now);
    }

    @Override
    public void tick(MonoTime now) {
        wan.tick(now);
        uplinks.tick(now);
        lending.tick(now);
        decide(new FailoverEvent.Tick(), now);
        if (!housekeepAt.isDue(now)) return;
        housekeepAt = now.plus(HOUSEKEEPING);
        mesh.check(config.mesh());
        considerLending(now);
        onChange.run();
    }

    @Override
    public MonoTime nextWake(MonoTime now) {
        return Stream.of(
                        Stream.of(wan.nextWake(now), uplinks.nextWake(now), lending.nextWake(now), housekeepAt),
                        failover.nextWake(now).stream())
                .flatMap(s -> s)
                .min(MonoTime::compareTo)
                .orElse(housekeepAt);
    }

    private void networkChanged() {
        MonoTime now = EventLoop.now();
        boolean look = false;
        try {
            for (NetworkEvent event : network.readEvents()) {
                switch (event) {
                    // the carrier of the own WAN is the one event that must not wait for anything
                    case NetworkEvent.LinkChanged(var link) -> {
                        wan.linkChanged(link, now);
                        if (!link.up()) kernel.forget();
                        look = true;
                    }
                    case NetworkEvent.LinkGone gone -> {
                        kernel.forget();
                        look = true;
                    }
                    case NetworkEvent.RulesChanged changed -> kernel.forget();
                    case NetworkEvent.AddressesChanged changed -> look = true;
                    case NetworkEvent.MainRoutesChanged changed -> look = true;
                    case NetworkEvent.Overrun lost -> {
                        kernel.forget();
                        look = true;
                    }
                }
            }
        } catch (OsException e) {
            throw new IllegalStateException("the kernel's events cannot be read", e);
        }
        if (look) observe(now);
    }

    private void observe(MonoTime now) {
        boolean changed;
        try {
            var snapshot = network.snapshot();
            changed = wan.observe(snapshot);
            uplinks.observe(snapshot);
            lending.observe(snapshot, wan.device().map(Set::of).orElse(Set.of()));
        } catch (OsException e) {
            throw new IllegalStateException("the kernel's network cannot be read", e);
        }
        replan();
        if (changed) wan.probe(now);
    }

    private void wanJudged(Verdict verdict, String why, MonoTime now) {
        decide(new FailoverEvent.Judged(PathId.WAN, verdict, why), now);
        considerLending(now);
    }

    /** The one place where a decision is taken and carried out. */
    private void decide(FailoverEvent event, MonoTime now) {
        Failover.Step step = Failover.step(failover, event, now);
        failover = step.state();
        for (var command : step.commands())
            switch (command) {
                case Activate(var path, var why) -> {
                    route();
                    activeSince = Instant.now();
                    LOG.log(Level.INFO, "new flows go by {0}: {1}", path, why);
                    uplinks.activeIs(path, now);
                    considerLending(now);
                }
                case DropFlows(var path) -> numberOf(path).ifPresent(kernel::dropFlows);
            }
        if (!step.commands().isEmpty()) onChange.run();
    }

    private void route() {
        kernel.route(paths(), numberOf(failover.active()).orElse(PathRoute.WAN), lending.device());
    }

    private void replan() {
        route();
        var filters = new ArrayList<FirewallPlan.Path>();
        wan.device().ifPresent(d -> filters.add(new FirewallPlan.Path(PathRoute.WAN, d, false, Set.of())));
        filters.addAll(uplinks.filters());
        kernel.filter(new FirewallPlan(filters, lending.filter()));
    }

    private List<PathRoute> paths() {
        return Stream.concat(wan.route().stream(), uplinks.routes().stream()).toList();
    }

    private Optional<Integer> numberOf(PathId path) {
        return switch (path) {
            case PathId.OwnWan own -> Optional.of(PathRoute.WAN);
            case PathId.Uplink uplink -> uplinks.numberOf(uplink);
        };
    }

    private void considerLending(MonoTime now) {
        lending.considered(whyNotLend(now), now);
    }

    /** Never borrow from who borrows: only a verified WAN that carries our own flows is lent. */
    private Optional<String> whyNotLend(MonoTime now) {
        if (failover.active() instanceof PathId.Uplink uplink) return Optional.of("it borrows from " + uplink);
        if (!failover.standing(PathId.WAN).trusted(now))
            return Optional.of("its own WAN is not verified: "
                    + failover.standing(PathId.WAN).why());
        if (!forwards()) return Optional.of("forwarding is off (net.ipv4.ip_forward)");
        return Optional.empty();
    }

    private boolean forwards() {
        try {
            return sysctl.read("net.ipv4.ip_forward").equals(Optional.of("1"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes in a configuration that the user changed. */
    public void configure(Config next) {
        MonoTime now = EventLoop.now();
        config = next;
        wan.configure(next.wan(), next.trackIps());
        decide(new FailoverEvent.Enabled(next.autoFailover()), now);
        uplinks.configure(next, now);
        lending.configure(next.lending(), now);
        mesh.check(next.mesh());
        observe(now);
        onChange.run();
    }

    public ConfigFile configFile() {
        return configFile;
    }

    public Config config() {
        return config;
    }

    public FailoverState failover() {
        return failover;
    }

    public Instant activeSince() {
        return activeSince;
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

    /** The mesh as it is shown. */
    public Status.Mesh meshReport() {
        return new Status.Mesh(
                config.mesh().map(m -> m.address().getHostAddress()).orElse(null),
                mesh.mesh().map(m -> m.present().size()).orElse(0),
                mesh.present().map(Roster::serial).orElse(0L),
                mesh.members().size());
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
        loop.unwatch(network.fd());
        network.close();
        kernel.close();
        tunnels.close();
    }

    private final class UplinkEvents implements Uplinks.Listener {
        @Override
        public void preferred(List<PathId.Uplink> order, MonoTime now) {
            if (!order.equals(failover.uplinks())) decide(new FailoverEvent.Preferred(order), now);
        }

        @Override
        public void judged(PathId.Uplink uplink, Verdict verdict, String why, MonoTime now) {
            decide(new FailoverEvent.Judged(uplink, verdict, why), now);
        }

        @Override
        public void replan() {
            Node.this.replan();
        }
    }

    private final class LendingEvents implements Lending.Listener {
        @Override
        public void publish(Offer offer) {
            mesh.mesh().ifPresent(m -> m.publish(offer));
        }

        @Override
        public void replan() {
            Node.this.replan();
        }
    }

    private final class MeshEvents implements MeshLink.Listener {
        @Override
        public void joined(Optional<Mesh> present, Optional<PeerId> self) {
            MonoTime now = EventLoop.now();
            uplinks.joined(present, self, now);
            lending.joined(present.flatMap(m -> config.mesh()).map(Config.Mesh::address), self, now);
        }

        @Override
        public void offered(Offer offer) {
            switch (ledger.present(offer, Instant.now())) {
                case Ledger.Outcome.Accepted(var next) -> {
                    ledger = next;
                    uplinks.heard(ledger, mesh.members(), EventLoop.now());
                }
                case Ledger.Outcome.Known known -> {}
                case Ledger.Outcome.Refused(var reason) ->
                    LOG.log(Level.INFO, "offer of {0} refused: {1}", offer.peerId(), reason);
            }
        }

        @Override
        public void requested(LeaseRequest request, Consumer<LeaseAnswer> reply) {
            lending.requested(request, reply, EventLoop.now());
        }

        @Override
        public void released(LeaseRelease release) {
            lending.released(release, EventLoop.now());
        }

        @Override
        public void rosterChanged(Roster roster) {
            MonoTime now = EventLoop.now();
            ledger = ledger.retain(mesh.members());
            uplinks.heard(ledger, mesh.members(), now);
            lending.trust(mesh.members(), now);
        }
    }
}
