package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.net.Family;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;

/**
 * The node's own lines, best first: the devices of {@code list wan} in that order, else those with a default route in the
 * main table by its metric. A device that loses its default route, or vanishes, is remembered for a while, so that one which
 * comes and goes does not lose its hold-down.
 */
public final class OwnWans {
    private static final Logger LOG = System.getLogger(OwnWans.class.getName());
    private static final Duration MEMORY = Duration.ofMinutes(10);

    /** Who is told. */
    public interface Listener extends OwnWan.Listener {
        /** There are others, or they stand in another order. */
        void ordered(MonoTime now);

        /** There is no such path any more: the flows that are pinned to it end. */
        void freed(int number);

        /** There is no own line at all. */
        void absent(String why, MonoTime now);
    }

    private final PathProbes probes;
    private final PathNumbers numbers;
    private final Listener listener;
    private Config config;
    /** None before the first decision: then each may. */
    private Set<PathId> active = Set.of();

    private Map<String, OwnWan> wans = new LinkedHashMap<>();
    /** The families that any of them has carried since the start. */
    private final Set<Family> carried = EnumSet.noneOf(Family.class);

    private final Map<String, Long> metrics = new HashMap<>();
    private final Map<String, MonoTime> seen = new HashMap<>();

    public OwnWans(PathProbes probes, PathNumbers numbers, Config config, Listener listener) {
        this.probes = probes;
        this.numbers = numbers;
        this.config = config;
        this.listener = listener;
    }

    public void configure(Config next, MonoTime now) {
        config = next;
        wans.values().forEach(w -> w.configure(next, now));
    }

    /**
     * Takes in what the kernel says of the network. Whether anything of the own WANs has changed: then the caller applies
     * the plan, and calls {@link #probe}.
     */
    public boolean observe(NetworkSnapshot network, MonoTime now) {
        boolean changed = reorder(devices(network, now), now);
        for (OwnWan wan : wans.values()) changed |= wan.observe(network);
        return changed;
    }

    private List<String> devices(NetworkSnapshot network, MonoTime now) {
        if (!config.wan().isEmpty()) return config.wan().stream().distinct().toList();
        Map<String, Long> found = new LinkedHashMap<>();
        for (Family family : Family.values())
            network.defaultRoutes(family)
                    .filter(r -> !TunnelName.isOurs(r.device()))
                    .forEach(r -> found.putIfAbsent(r.device(), r.metric()));
        metrics.putAll(found);
        found.keySet().forEach(device -> seen.put(device, now));
        if (!found.isEmpty()) seen.values().removeIf(last -> last.plus(MEMORY).isDue(now));
        return seen.keySet().stream()
                .sorted(Comparator.<String>comparingLong(d -> metrics.getOrDefault(d, Long.MAX_VALUE))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private boolean reorder(List<String> devices, MonoTime now) {
        List<String> before = List.copyOf(wans.keySet());
        if (before.equals(devices)) return false;
        var next = new LinkedHashMap<String, OwnWan>();
        for (String device : devices) {
            OwnWan known = wans.get(device);
            if (known != null) next.put(device, known);
            else open(device, devices).ifPresent(w -> next.put(device, w));
        }
        var gone = new ArrayList<>(wans.values());
        gone.removeAll(next.values());
        wans = next;
        boolean changed = !before.equals(List.copyOf(next.keySet()));
        if (changed) listener.ordered(now);
        for (OwnWan wan : gone) {
            wan.closeProbe();
            listener.freed(wan.number());
            numbers.freeWan(wan.device());
        }
        return changed;
    }

    private Optional<OwnWan> open(String device, List<String> present) {
        Optional<Integer> number = numbers.ofWan(device).or(() -> {
            forgetOthers(present);
            return numbers.ofWan(device);
        });
        if (number.isEmpty()) LOG.log(Level.WARNING, "own WAN {0}: more paths than path numbers", device);
        return number.map(n -> {
            var wan = new OwnWan(probes, device, n, config, carried, listener);
            wan.inUse(active.isEmpty() || active.contains(wan.id()), EventLoop.now());
            return wan;
        });
    }

    /** Numbers of devices of long ago. */
    private void forgetOthers(List<String> present) {
        numbers.wans().stream()
                .filter(d -> !present.contains(d) && !wans.containsKey(d))
                .forEach(numbers::freeWan);
    }

    /** Starts probing where nothing is probed yet, asks at once otherwise. */
    public void probe(MonoTime now) {
        if (wans.isEmpty()) listener.absent("no default route", now);
        all().forEach(w -> w.probe(now));
    }

    /** The families that own WANs have carried, and of which each of them is dead, or poor. */
    public Set<Family> unserved() {
        return Family.BOTH.stream()
                .filter(family -> family == Family.IPV4 || carried.contains(family))
                .filter(family -> wans.values().stream().allMatch(w -> w.fails(family)))
                .collect(Collectors.toSet());
    }

    /** Whether all are probed that can be. */
    public boolean probed() {
        return wans.values().stream().allMatch(OwnWan::probed);
    }

    public void linkChanged(Link link, MonoTime now) {
        all().forEach(w -> w.linkChanged(link, now));
    }

    /** The paths that carry new flows now. */
    public void activeAre(Set<PathId> paths, MonoTime now) {
        active = paths;
        wans.values().forEach(w -> w.inUse(paths.contains(w.id()), now));
    }

    public void tick(MonoTime now) {
        all().forEach(w -> w.tick(now));
    }

    public MonoTime nextWake(MonoTime now) {
        return wans.values().stream()
                .map(w -> w.nextWake(now))
                .min(MonoTime::compareTo)
                .orElse(now.plus(Duration.ofSeconds(1)));
    }

    /** Best first. */
    public List<OwnWan> all() {
        return List.copyOf(wans.values());
    }

    public Optional<OwnWan> of(PathId.OwnWan id) {
        return Optional.ofNullable(wans.get(id.device()));
    }

    /** The one to speak of: what the path in use is, else the best. */
    public Optional<OwnWan> shown(PathId inUse) {
        return Stream.concat(wans.values().stream().filter(w -> w.id().equals(inUse)), wans.values().stream())
                .findFirst();
    }

    public Set<String> devices() {
        return Set.copyOf(wans.keySet());
    }
}
