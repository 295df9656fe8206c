package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;

/** The node's own line: which device it is, whether it has a carrier and a default route, and what its probes say. */
public final class OwnWan {
    private static final Logger LOG = System.getLogger(OwnWan.class.getName());

    /** Hears of every new verdict, with the reason. */
    public interface Listener {
        void judged(Verdict verdict, String why, MonoTime now);
    }

    private final EventLoop loop;
    private final Listener listener;
    private List<String> configured = List.of();
    private List<InetAddress> targets = List.of();
    private ProbeSettings pace = ProbeSettings.IN_USE;
    private Optional<Link> link = Optional.empty();
    private Map<Family, Optional<InetAddress>> gateways = Map.of();
    private Optional<PathProbe> probe = Optional.empty();
    private String state = "no default route";

    public OwnWan(EventLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    public void configure(List<String> devices, List<InetAddress> trackIps) {
        if (!trackIps.equals(targets)) closeProbe();
        configured = devices;
        targets = trackIps;
    }

    /** Probes at another pace from now on. */
    public void pace(ProbeSettings settings, MonoTime now) {
        pace = settings;
        probe.ifPresent(p -> p.pace(settings, now));
    }

    /**
     * Takes in what the kernel says of the network. Whether anything of the own WAN has changed: then the caller applies
     * the plan, and calls {@link #probe}.
     */
    public boolean observe(NetworkSnapshot network) {
        Optional<String> device = candidates(network)
                .filter(d -> Stream.of(Family.values())
                        .anyMatch(f -> network.defaultRoute(d, f).isPresent()))
                .findFirst()
                .or(() -> link.map(Link::name).filter(d -> configured.isEmpty() || configured.contains(d)));
        Optional<Link> now = device.flatMap(network::link);
        boolean changed = !now.equals(link);
        boolean other = !now.map(Link::index).equals(link.map(Link::index));
        link = now;
        var found = new EnumMap<Family, Optional<InetAddress>>(Family.class);
        for (Family family : Family.values())
            device.flatMap(d -> network.defaultRoute(d, family)).ifPresent(r -> found.put(family, r.gateway()));
        changed |= !found.equals(gateways);
        boolean moved = other || !found.keySet().equals(gateways.keySet());
        gateways = found;
        if (moved) closeProbe();
        return changed;
    }

    /** Starts probing where nothing is probed yet, asks at once otherwise, and says what is plain without asking. */
    public void probe(MonoTime now) {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            state = obstacle.get();
            probe.ifPresent(p -> p.dead(now));
            listener.judged(Verdict.DOWN, state, now);
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
            listener.judged(Verdict.DOWN, state, now);
            return;
        }
        try {
            probe = Optional.of(PathProbe.open(
                    loop, link.orElseThrow().name(), Layout.mark(PathRoute.WAN), reachable, pace, this::judged));
        } catch (OsException e) {
            LOG.log(Level.WARNING, "the own WAN cannot be probed: {0}", Failures.text(e));
            state = Failures.text(e);
            listener.judged(Verdict.DOWN, state, now);
        }
    }

    /** Whether it is probed, where it can be. */
    public boolean probed() {
        return probe.isPresent() || obstacle().isPresent();
    }

    /** The carrier of a device changed. Whether it was ours. */
    public boolean linkChanged(Link changed, MonoTime now) {
        if (link.isEmpty() || link.get().index() != changed.index()) return false;
        boolean was = link.get().usable();
        link = Optional.of(changed);
        if (was != changed.usable()) probe(now);
        return true;
    }

    public void tick(MonoTime now) {
        probe.filter(p -> obstacle().isEmpty()).ifPresent(p -> p.tick(now));
    }

    public MonoTime nextWake(MonoTime now) {
        return probe.filter(p -> obstacle().isEmpty()).map(PathProbe::nextWake).orElse(now.plus(Duration.ofSeconds(1)));
    }

    public Optional<String> device() {
        return link.map(Link::name);
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

    /** As a path of the plan; empty before a device is known. */
    public Optional<PathRoute> route() {
        return link.map(l -> new PathRoute(PathRoute.WAN, l.name(), l.up() ? gateways : Map.of()));
    }

    private Stream<String> candidates(NetworkSnapshot network) {
        if (!configured.isEmpty()) return configured.stream();
        return Stream.of(Family.values())
                .flatMap(network::defaultRoutes)
                .map(MainRoute::device)
                .filter(d -> !TunnelName.isOurs(d));
    }

    private Optional<String> obstacle() {
        if (link.isEmpty()) return Optional.of("no default route");
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
        listener.judged(verdict, state, now);
    }

    private void closeProbe() {
        probe.ifPresent(PathProbe::close);
        probe = Optional.empty();
    }
}
