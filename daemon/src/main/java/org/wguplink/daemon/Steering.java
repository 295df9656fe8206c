package org.wguplink.daemon;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.failover.Drains;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.consumer.Meter;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.path.DataPath;
import org.wguplink.daemon.path.LineSpeeds;
import org.wguplink.daemon.path.OwnWans;
import org.wguplink.daemon.path.PathNumbers;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.daemon.path.Underlay;
import org.wguplink.daemon.provider.ForwardingTester;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.mesh.names.HostNames;

/**
 * The own WANs, borrowing and lending, wired together around the decision. It meets the kernel and the mesh only by what
 * it is given, so that a simulation runs the same. Loop thread only.
 */
public final class Steering {
    /**
     * What it stands on.
     *
     * @param traffic the kernel's counters of a device
     */
    public record Ground(
            Loop loop,
            FamilyStates.Rule rule,
            DataPath kernel,
            PathProbes probes,
            Tunnels tunnels,
            NodeFiles files,
            HostNames names,
            ForwardingTester forwarding,
            Underlay.RouteLookup lookup,
            Meter.Counters traffic,
            Loop.Blocking<Set<Integer>> foreignPorts) {}

    /** Who is told. */
    public interface Listener {
        /** What is shown has changed. */
        void changed();

        /** There is no lease of that peer any more. */
        void ended(PeerId peer);

        /** The mesh is to hear of this offer. */
        void publish(Offer offer);
    }

    private final Ground ground;
    private final Listener listener;
    private final OwnWans wans;
    private final LineSpeeds speeds;
    private final Underlay underlay;
    private final Uplinks uplinks;
    private final Lending lending;
    private final NodePaths paths;
    private final Decision decision;
    private final DrainMemory drains;
    private final Lendable lendable;
    private Config config;

    public Steering(Ground ground, Config config, Listener listener) throws IOException {
        this.ground = ground;
        this.listener = listener;
        this.config = config;
        Loop loop = ground.loop;
        NodeFiles files = ground.files;
        var keys = new TunnelKeys(files.keys().resolve("tunnels"));
        var numbers = new PathNumbers(files.state().resolve("paths.json"));
        var meter = new Meter(loop, files.state().resolve("measured.json"), ground.traffic);
        wans = new OwnWans(ground.probes, numbers, config, new WanEvents());
        speeds = new LineSpeeds(loop, files.state().resolve("lines.json"));
        underlay = new Underlay(loop, ground.lookup, ground.foreignPorts, this::replan);
        uplinks = new Uplinks(
                loop,
                ground.probes,
                ground.tunnels,
                keys,
                numbers,
                ground.names,
                config,
                meter,
                this::states,
                new UplinkEvents());
        lending = new Lending(loop, ground.tunnels, keys, files, config, ground.forwarding, new LendingEvents());
        var policies = new Policies(() -> this.config, uplinks::fixedNumberOf);
        paths = new NodePaths(wans, uplinks, lending, underlay, policies, this::switched);
        decision = new Decision(ground.rule, ground.kernel, paths, config.autoFailover(), loop.wall());
        drains = new DrainMemory(loop, files.state().resolve("drains.json"));
        lendable = new Lendable(loop.wall(), ground.kernel::trouble, wans, speeds, lending);
        decision.take(new FailoverEvent.Balanced(config.balance()), EventLoop.now());
    }

    /** Goes on with the path on which the kernel forwards since an earlier run, and with the drains of that. */
    public void resume(MonoTime now) {
        decision.resume(paths::of, now);
        drains.read().forEach((family, resumed) -> decision.take(Set.of(family), resumed, now));
    }

    /** Does what is due. */
    public void tick(MonoTime now) {
        wans.tick(now);
        uplinks.tick(now);
        lending.tick(now);
        decision.take(new FailoverEvent.Tick(), now);
        drains.keep(decision.states(), now);
    }

    /** When {@link #tick} has something to do next. */
    public MonoTime nextWake(MonoTime now) {
        return Stream.concat(
                        Stream.of(wans.nextWake(now), uplinks.nextWake(now), lending.nextWake()),
                        decision.states().nextWake(now).stream())
                .min(MonoTime::compareTo)
                .orElseThrow();
    }

    /** Takes in what changes unheard: every few seconds. */
    public void housekeep(MonoTime now) {
        ride(now);
        drain(now);
        // nothing happens unless something of ours is missing
        decision.replan();
        followOuter();
        considerLending(now);
        decision.stayReady(now);
        drains.retry();
        speeds.retry();
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
    public void drain(PathId.Uplink uplink, boolean leave, Optional<Duration> within, MonoTime now) {
        drain(now);
        decision.take(leave ? new FailoverEvent.Drained(uplink, within) : new FailoverEvent.Recalled(uplink), now);
        uplinks.reconsider(now);
    }

    /** A load that was made on purpose has shown what a path brings. */
    void measured(PathId path, double mbps, MonoTime now) {
        switch (path) {
            case PathId.Uplink(var peer) -> uplinks.measured(peer, mbps, now);
            case PathId.OwnWan(var device) -> {
                speeds.measured(device, SeenBandwidth.measured(mbps).mbps());
                considerLending(now);
            }
            case PathId.None none -> {}
        }
        listener.changed();
    }

    /** Takes in a configuration that the user changed. */
    public void configure(Config next, MonoTime now) {
        config = next;
        if (next.enabled()) decision.switchOn();
        wans.configure(next, now);
        decision.take(new FailoverEvent.Enabled(next.autoFailover()), now);
        decision.take(new FailoverEvent.Balanced(next.balance()), now);
        uplinks.configure(next, now);
        lending.configure(next.lending(), now);
    }

    /** The kernel says something new of a device. */
    public void linkChanged(Link link, MonoTime now) {
        wans.linkChanged(link, now);
    }

    /** Takes in links, addresses and routes as they are now. */
    public void observe(NetworkSnapshot snapshot, MonoTime now) {
        underlay.observe(snapshot);
        boolean moved = wans.observe(snapshot, now);
        if (moved) listener.changed();
        uplinks.observe(snapshot, wans.devices());
        lending.observe(snapshot, wans.devices());
        decision.replan();
        if (moved || !wans.probed()) wans.probe(now);
    }

    /** Of IPv4, which is the one to speak of. */
    public FailoverState state() {
        return decision.state();
    }

    public FamilyStates states() {
        return decision.states();
    }

    Decision decision() {
        return decision;
    }

    NodePaths paths() {
        return paths;
    }

    public OwnWans wans() {
        return wans;
    }

    public LineSpeeds speeds() {
        return speeds;
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

    private void replan() {
        decision.replan();
    }

    private void considerLending(MonoTime now) {
        lendable.consider(decision.state(), config, now);
    }

    /** New flows of some family take another path since now, or are shared over others. */
    private void switched(Map<Family, PathId> active, MonoTime now) {
        var carrying = new HashSet<>(active.values());
        for (Family family : Family.values())
            carrying.addAll(decision.states().of(family).balance().sharing());
        wans.activeAre(carrying, now);
        uplinks.switched(now);
        followOuter();
        considerLending(now);
        listener.changed();
    }

    private void prefer(List<PathId.Uplink> order, MonoTime now) {
        List<PathId> preferred = paths.preferred(order);
        if (!preferred.equals(decision.state().paths())) decision.take(new FailoverEvent.Preferred(preferred), now);
    }

    private void ride(MonoTime now) {
        underlay.lookWhoRides(uplinks.endpoints(), wans);
        shareFate(true, now);
    }

    /**
     * Tells whose fate the uplinks share now: a WAN may live by one family alone.
     *
     * @param again also when it is nothing new
     */
    private void shareFate(boolean again, MonoTime now) {
        Map<PathId.Uplink, PathId.OwnWan> riding4 = underlay.riding(Family.IPV4, wans);
        Map<PathId.Uplink, PathId.OwnWan> riding6 = underlay.riding(Family.IPV6, wans);
        boolean new4 = again || !riding4.equals(decision.states().ipv4().underlays());
        boolean new6 = again || !riding6.equals(decision.states().ipv6().underlays());
        if (new4 && new6 && riding4.equals(riding6)) {
            decision.take(new FailoverEvent.Riding(riding4), now);
            return;
        }
        if (new4) decision.take(Set.of(Family.IPV4), new FailoverEvent.Riding(riding4), now);
        if (new6) decision.take(Set.of(Family.IPV6), new FailoverEvent.Riding(riding6), now);
    }

    /** The other ends of tunnels whose outer packets leave by another line now learn it at once. */
    private void followOuter() {
        if (!underlay.hasMoved(wans.all())) return;
        uplinks.moved();
        lending.moved();
    }

    private final class WanEvents implements OwnWans.Listener {
        @Override
        public void judged(PathId.OwnWan wan, Set<Family> families, Verdict verdict, String why, MonoTime now) {
            listener.changed();
            shareFate(false, now);
            decision.take(families, new FailoverEvent.Judged(wan, verdict, why), now);
            // before the next plan, so that a restart finds at once what the kernel has
            considerLending(now);
            if (verdict == Verdict.DOWN)
                uplinks.doubt(
                        families.stream()
                                .flatMap(f -> decision.states().of(f).riders(wan).stream())
                                .distinct()
                                .toList(),
                        now);
            uplinks.needed(wans.unserved(), now);
            decision.replan();
        }

        @Override
        public void rated(PathId.OwnWan wan, Set<Family> families, Optional<String> complaint, MonoTime now) {
            listener.changed();
            decision.take(families, new FailoverEvent.Rated(wan, complaint), now);
            uplinks.needed(wans.unserved(), now);
        }

        @Override
        public void absent(String why, MonoTime now) {
            listener.changed();
            decision.take(new FailoverEvent.Judged(PathId.NONE, Verdict.DOWN, why), now);
            uplinks.needed(Set.of(Family.IPV4), now);
            considerLending(now);
        }

        @Override
        public void ordered(MonoTime now) {
            prefer(uplinks.order(), now);
        }

        @Override
        public void freed(int number) {
            decision.dropFlows(number, Family.BOTH);
        }
    }

    private final class UplinkEvents implements Uplinks.Listener {
        @Override
        public void preferred(List<PathId.Uplink> order, MonoTime now) {
            listener.changed();
            prefer(order, now);
        }

        @Override
        public void judged(PathId.Uplink uplink, Set<Family> families, Verdict verdict, String why, MonoTime now) {
            // before it may be chosen: a line that has just died is no underlay
            if (verdict == Verdict.UP) ride(now);
            if (verdict == Verdict.UP
                    && families.stream().anyMatch(f -> decision.states().of(f).offline())) wans.probe(now);
            decision.take(families, new FailoverEvent.Judged(uplink, verdict, why), now);
            listener.changed();
        }

        @Override
        public void rated(PathId.Uplink uplink, Set<Family> families, Optional<String> complaint, MonoTime now) {
            decision.take(families, new FailoverEvent.Rated(uplink, complaint), now);
        }

        @Override
        public void replan() {
            var _ = decision.replan();
        }

        @Override
        public void ended(PeerId peer) {
            listener.ended(peer);
        }

        @Override
        public void freed(int number) {
            decision.dropFlows(number, Family.BOTH);
        }
    }

    private final class LendingEvents implements Lending.Listener {
        @Override
        public void publish(Offer offer) {
            // a date that may be wrong would be refused, or believed
            if (ground.loop.wall().isKnown()) listener.publish(offer);
            listener.changed();
        }

        @Override
        public boolean replan() {
            return decision.replan();
        }
    }
}
