package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
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

/**
 * One of the node's own lines: whether its device has a carrier and a default route, and what its probes say. A family that
 * it does not carry is dead if an own line ever has carried it; else it is judged as the other, with which it fails over.
 */
public final class OwnWan {
    private static final Logger LOG = System.getLogger(OwnWan.class.getName());

    /** Hears of every new verdict, with the reason, and of which families it is. */
    public interface Listener {
        void judged(PathId.OwnWan wan, Set<Family> families, Verdict verdict, String why, MonoTime now);

        /** @param complaint what is wrong with it while it lives; empty: nothing any more */
        void rated(PathId.OwnWan wan, Set<Family> families, Optional<String> complaint, MonoTime now);
    }

    private final FamilyProbes probes;
    private final PathId.OwnWan id;
    private final int number;
    private final Listener listener;
    private List<InetAddress> targets;
    private Config.Watching watching;
    private Duration longestSilence;
    private Optional<Link> link = Optional.empty();
    private Map<Family, Optional<InetAddress>> gateways = Map.of();
    private Set<InetAddress> sources = Set.of();
    /** A renewed address takes its route with it for a moment: that is no death. */
    private static final Duration RENEWAL = Duration.ofSeconds(1);

    /** The families that any own line has carried. */
    private final Set<Family> carried;

    /** Since when those of them have no default route here. */
    private final Map<Family, MonoTime> goneSince = new EnumMap<>(Family.class);

    private Set<Family> missing = Set.of();
    private final Map<Family, String> states = new EnumMap<>(Family.class);
    private boolean inUse = true;

    OwnWan(PathProbes probes, String device, int number, Config config, Set<Family> carried, Listener listener) {
        this.probes = new FamilyProbes(probes, device, number, new Probes());
        this.id = new PathId.OwnWan(device);
        this.number = number;
        this.carried = carried;
        this.targets = config.trackIps();
        this.watching = config.watching();
        this.longestSilence = config.failoverTimeout();
        this.listener = listener;
        state(Family.BOTH, "no default route");
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
        probes.pace(pace(), now);
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
        if (!now.map(Link::index).equals(link.map(Link::index))) closeProbe();
        link = now;
        gateways = found;
        sources = own;
        carried.addAll(found.keySet());
        goneSince.keySet().removeAll(found.keySet());
        MonoTime seen = EventLoop.now();
        for (Family family : carried) if (!found.containsKey(family)) goneSince.putIfAbsent(family, seen);
        miss(seen);
        return changed;
    }

    /** Starts probing where nothing is probed yet, asks at once otherwise, and says what is plain without asking. */
    void probe(MonoTime now) {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            probes.dead(now);
            judge(Family.BOTH, Verdict.DOWN, obstacle.get(), now);
            return;
        }
        if (gateways.isEmpty()) return; // for a moment, it may be
        for (Family family : Family.values())
            if (isMissing(family))
                judge(Set.of(family), Verdict.DOWN, "no IPv%d default route".formatted(family.version()), now);
        List<InetAddress> reachable =
                targets.stream().filter(t -> gateways.containsKey(Family.of(t))).toList();
        if (reachable.isEmpty()) {
            closeProbe();
            judge(Family.BOTH, Verdict.DOWN, "no track_ip of a family that it carries", now);
            return;
        }
        try {
            probes.ask(reachable, pace(), now);
        } catch (OsException e) {
            LOG.log(Level.WARNING, "{0} cannot be probed: {1}", device(), Failures.text(e));
            judge(Family.BOTH, Verdict.DOWN, Failures.text(e), now);
        }
        // one that is back, and has no probes of its own, is as the other is
        for (Family family : Family.values())
            if (!isMissing(family) && !probes.apart() && probes.verdict(family) == Verdict.UP)
                judge(Set.of(family), Verdict.UP, why(Set.of(family), Verdict.UP), now);
    }

    private void judge(Set<Family> families, Verdict verdict, String why, MonoTime now) {
        state(families, why);
        listener.judged(id, families, verdict, why, now);
    }

    private void state(Set<Family> families, String text) {
        families.forEach(family -> states.put(family, text));
    }

    /** Finds out which families lead to the internet by own lines, and not by this one; whether they are others than before. */
    private boolean miss(MonoTime now) {
        Set<Family> before = missing;
        missing = goneSince.entrySet().stream()
                .filter(gone -> gone.getValue().plus(RENEWAL).isDue(now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        return !missing.equals(before);
    }

    private boolean isMissing(Family family) {
        return missing.contains(family);
    }

    /** Whether it is probed, where it can be. */
    boolean probed() {
        return !probes.isEmpty() || obstacle().isPresent();
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
        probes.pace(pace(), now);
    }

    private ProbeSettings pace() {
        return (inUse ? watching.inUse() : watching.standby()).within(longestSilence);
    }

    void tick(MonoTime now) {
        if (miss(now)) probe(now);
        else if (obstacle().isEmpty()) probes.tick(now);
    }

    MonoTime nextWake(MonoTime now) {
        MonoTime next = probes.nextWake().filter(at -> obstacle().isEmpty()).orElse(now.plus(Duration.ofSeconds(1)));
        return goneSince.values().stream()
                .map(since -> since.plus(RENEWAL))
                .filter(at -> now.isBefore(at) && at.isBefore(next))
                .min(MonoTime::compareTo)
                .orElse(next);
    }

    public boolean carrier() {
        return link.map(Link::usable).orElse(false);
    }

    /** Of IPv4, or of what there is instead. */
    public Verdict verdict() {
        return verdict(Family.IPV4);
    }

    public Verdict verdict(Family family) {
        return obstacle().isPresent() || isMissing(family) ? Verdict.DOWN : probes.verdict(family);
    }

    /** Whether it is dead, or poor. */
    boolean fails(Family family) {
        return verdict(family) == Verdict.DOWN || probes.complaint(family).isPresent();
    }

    /** Whether one family may be dead while the other lives. */
    boolean apart() {
        return probes.apart() || !carried.equals(gateways.keySet());
    }

    /** Of {@link #verdict()}. */
    public String why() {
        return states.getOrDefault(Family.IPV4, "");
    }

    public Optional<Duration> latency() {
        return probes.latency();
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
        return gateways.isEmpty() && missing.containsAll(carried) ? Optional.of("no default route") : Optional.empty();
    }

    private static String why(Set<Family> families, Verdict verdict) {
        return switch (verdict) {
            case UP -> "answers";
            case UNKNOWN -> "not probed yet";
            case SUSPECT -> "answers are overdue";
            case DOWN ->
                families.contains(Family.IPV4) ? "no answer from the internet" : "no answer from the internet by IPv6";
        };
    }

    /** What is plain without them is not theirs to say. */
    private final class Probes implements FamilyProbes.Listener {
        @Override
        public void judged(Set<Family> families, Verdict verdict, MonoTime now) {
            Set<Family> theirs = alive(families);
            if (!theirs.isEmpty()) judge(theirs, verdict, why(theirs, verdict), now);
        }

        @Override
        public void rated(Set<Family> families, Optional<String> complaint, MonoTime now) {
            state(alive(families), complaint.orElse("answers"));
            listener.rated(id, families, complaint, now);
        }

        private Set<Family> alive(Set<Family> families) {
            var alive = EnumSet.copyOf(families);
            alive.removeIf(family -> obstacle().isPresent() || isMissing(family));
            return alive;
        }
    }

    void closeProbe() {
        if (probes.isEmpty()) return;
        probes.close();
        listener.rated(id, Family.BOTH, Optional.empty(), EventLoop.now());
    }
}
