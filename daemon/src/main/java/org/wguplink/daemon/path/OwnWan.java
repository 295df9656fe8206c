package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;

/** One of the node's own lines: whether its device has a carrier and a default route, and what its probes say. */
public final class OwnWan {
    private static final Logger LOG = System.getLogger(OwnWan.class.getName());

    /** Hears of every new verdict, with the reason. */
    public interface Listener {
        void judged(PathId.OwnWan wan, Verdict verdict, String why, MonoTime now);

        /** @param complaint what is wrong with it while it lives; empty: nothing any more */
        void rated(PathId.OwnWan wan, Optional<String> complaint, MonoTime now);
    }

    private final PathProbes probes;
    private final PathId.OwnWan id;
    private final int number;
    private final Listener listener;
    private List<InetAddress> targets;
    private Config.Watching watching;
    private Duration longestSilence;
    private Optional<Link> link = Optional.empty();
    private Map<Family, Optional<InetAddress>> gateways = Map.of();
    private Set<InetAddress> sources = Set.of();
    private Optional<PathProbe> probe = Optional.empty();
    private boolean inUse = true;
    private String state = "no default route";

    OwnWan(PathProbes probes, String device, int number, Config config, Listener listener) {
        this.probes = probes;
        this.id = new PathId.OwnWan(device);
        this.number = number;
        this.targets = config.trackIps();
        this.watching = config.watching();
        this.longestSilence = config.failoverTimeout();
        this.listener = listener;
    }

    public PathId.OwnWan id() {
        return id;
    }

    public String device() {
        return id.device();
    }

    public int number() {
        return number;
    }

    void configure(Config config, MonoTime now) {
        if (!config.trackIps().equals(targets)) closeProbe();
        targets = config.trackIps();
        watching = config.watching();
        longestSilence = config.failoverTimeout();
        probe.ifPresent(p -> p.pace(pace(), now));
    }

    /** Takes in what the kernel says of the network. Whether anything of this line has changed. */
    boolean observe(NetworkSnapshot network) {
        Optional<Link> now = network.link(device());
        var found = new EnumMap<Family, Optional<InetAddress>>(Family.class);
        for (Family family : Family.values())
            network.defaultRoute(device(), family).ifPresent(r -> found.put(family, r.gateway()));
        Set<InetAddress> own = network.addresses().stream()
                .filter(a -> a.device().equals(device()))
                .map(DeviceAddress::address)
                .filter(a -> !a.isLinkLocalAddress())
                .collect(Collectors.toSet());
        boolean changed = !now.equals(link) || !found.equals(gateways) || !own.equals(sources);
        boolean moved = !now.map(Link::index).equals(link.map(Link::index))
                || !found.keySet().equals(gateways.keySet());
        link = now;
        gateways = found;
        sources = own;
        if (moved) closeProbe();
        return changed;
    }

    /** Starts probing where nothing is probed yet, asks at once otherwise, and says what is plain without asking. */
    void probe(MonoTime now) {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            state = obstacle.get();
            probe.ifPresent(p -> p.dead(now));
            listener.judged(id, Verdict.DOWN, state, now);
            return;
        }
        if (probe.isPresent()) {
            probe.get().hurry(now);
            return;
        }
        List<InetAddress> reachable =
                targets.stream().filter(t -> gateways.containsKey(Family.of(t))).toList();
        if (reachable.isEmpty()) {
            state = "no track_ip of a family that it carries";
            listener.judged(id, Verdict.DOWN, state, now);
            return;
        }
        try {
            probe = Optional.of(probes.open(device(), number, reachable, pace(), new Probes()));
        } catch (OsException e) {
            LOG.log(Level.WARNING, "{0} cannot be probed: {1}", device(), Failures.text(e));
            state = Failures.text(e);
            listener.judged(id, Verdict.DOWN, state, now);
        }
    }

    /** Whether it is probed, where it can be. */
    boolean probed() {
        return probe.isPresent() || obstacle().isPresent();
    }

    /** The kernel says something new of the device. */
    void linkChanged(Link changed, MonoTime now) {
        if (link.isEmpty() || link.get().index() != changed.index()) return;
        boolean was = link.get().usable();
        link = Optional.of(changed);
        if (was != changed.usable()) probe(now);
    }

    /** Whether it carries traffic now: probed at the pace of that. */
    void inUse(boolean carries, MonoTime now) {
        if (inUse == carries) return;
        inUse = carries;
        probe.ifPresent(p -> p.pace(pace(), now));
    }

    private ProbeSettings pace() {
        return (inUse ? watching.inUse() : watching.standby()).within(longestSilence);
    }

    void tick(MonoTime now) {
        probe.filter(p -> obstacle().isEmpty()).ifPresent(p -> p.tick(now));
    }

    MonoTime nextWake(MonoTime now) {
        return probe.filter(p -> obstacle().isEmpty()).map(PathProbe::nextWake).orElse(now.plus(Duration.ofSeconds(1)));
    }

    public boolean carrier() {
        return link.map(Link::usable).orElse(false);
    }

    public Verdict verdict() {
        return obstacle().isPresent()
                ? Verdict.DOWN
                : probe.map(PathProbe::verdict).orElse(Verdict.UNKNOWN);
    }

    public String why() {
        return state;
    }

    public Optional<Duration> latency() {
        return probe.flatMap(PathProbe::latency);
    }

    /** As a path of the plan; empty without a device. */
    public Optional<PathRoute> route() {
        return link.map(l -> PathRoute.own(number, l.name(), l.up() ? gateways : Map.of(), sources));
    }

    /** As a path of the packet filter. */
    public FirewallPlan.Path filter() {
        return new FirewallPlan.Path(number, device(), false, Set.of());
    }

    private Optional<String> obstacle() {
        if (link.isEmpty()) return Optional.of("no such device");
        if (!link.get().up()) return Optional.of("the device is down");
        if (!link.get().carrier()) return Optional.of("no carrier");
        return gateways.isEmpty() ? Optional.of("no default route") : Optional.empty();
    }

    private void judged(Verdict verdict, MonoTime now) {
        state = switch (verdict) {
            case UP -> "answers";
            case UNKNOWN -> "not probed yet";
            case SUSPECT -> "answers are overdue";
            case DOWN -> obstacle().orElse("no answer from the internet");
        };
        listener.judged(id, verdict, state, now);
    }

    private final class Probes implements PathProbe.Listener {
        @Override
        public void judged(Verdict verdict, MonoTime now) {
            OwnWan.this.judged(verdict, now);
        }

        @Override
        public void rated(Optional<String> complaint, MonoTime now) {
            state = complaint.orElse("answers");
            listener.rated(id, complaint, now);
        }
    }

    void closeProbe() {
        if (probe.isEmpty()) return;
        probe.get().close();
        probe = Optional.empty();
        listener.rated(id, Optional.empty(), EventLoop.now());
    }
}
