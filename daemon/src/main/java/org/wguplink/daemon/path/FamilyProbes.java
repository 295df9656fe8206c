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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;

/**
 * The probes of one path, by the families that there are targets of. A family without probes of its own is judged as the
 * other one is. A suspicion of one that lingers is a doubt of the other, so that both leave a dead path though only one of
 * them has traffic. Loop thread only.
 */
public final class FamilyProbes {
    private static final Logger LOG = System.getLogger(FamilyProbes.class.getName());

    /** Hears of every new verdict, and of what is wrong with a path that lives, and of which families that is said. */
    public interface Listener {
        void judged(Set<Family> families, Verdict verdict, MonoTime now);

        /** @param complaint the rest of a sentence that begins with the path's name; empty: nothing any more */
        void rated(Set<Family> families, Optional<String> complaint, MonoTime now);
    }

    private final PathProbes probes;
    private final String device;
    private final int number;
    private final Listener listener;
    private final Map<Family, PathProbe> byFamily = new EnumMap<>(Family.class);
    /** What is suspected for the other family's sake alone. */
    private final Set<Family> doubted = EnumSet.noneOf(Family.class);

    /** What is found at one time is said at once: families that die together take one switch, and nobody hears of a doubt of one before all are doubted. */
    private boolean gathering;

    private final Map<Family, Verdict> verdicts = new EnumMap<>(Family.class);
    private final Map<Family, Optional<String>> ratings = new EnumMap<>(Family.class);

    public FamilyProbes(PathProbes probes, String device, int number, Listener listener) {
        this.probes = probes;
        this.device = device;
        this.number = number;
        this.listener = listener;
    }

    /**
     * Asks these targets at once, and from now on. What is known of the path by a family that is probed already is kept.
     *
     * @throws OsException when nothing can be probed; where one family can, the other is judged as that is
     */
    public void ask(List<InetAddress> targets, ProbeSettings settings, MonoTime now) throws OsException {
        @Nullable OsException failure = null;
        for (Family family : Family.values()) {
            List<InetAddress> wanted =
                    targets.stream().filter(t -> Family.of(t) == family).toList();
            PathProbe known = byFamily.get(family);
            try {
                if (wanted.isEmpty()) close(family, now);
                else if (known != null) known.ask(wanted, now);
                else byFamily.put(family, probes.open(device, number, wanted, settings, new Ear(family)));
            } catch (OsException e) {
                LOG.log(Level.WARNING, "{0} is not probed by IPv{1}: {2}", device, family.version(), Failures.text(e));
                failure = e;
            }
        }
        if (byFamily.isEmpty() && failure != null) throw failure;
        pace(settings, now);
    }

    private void close(Family family, MonoTime now) {
        PathProbe probe = byFamily.remove(family);
        if (probe == null) return;
        doubted.remove(family);
        probe.close();
        PathProbe other = byFamily.get(family.other());
        if (other == null) {
            listener.rated(Family.BOTH, Optional.empty(), now);
            return;
        }
        listener.rated(Set.of(family), other.complaint(), now);
        listener.judged(Set.of(family), other.verdict(), now);
    }

    /** Ends all of them, unheard. */
    public void close() {
        byFamily.values().forEach(PathProbe::close);
        byFamily.clear();
        doubted.clear();
    }

    /** Probes at another pace from now on; two monitors share what one may cost. */
    public void pace(ProbeSettings settings, MonoTime now) {
        each(p -> p.pace(settings.shared(byFamily.size()), now), now);
    }

    public boolean isEmpty() {
        return byFamily.isEmpty();
    }

    /** Whether the families are judged one by one. */
    boolean apart() {
        return byFamily.size() > 1;
    }

    public Verdict verdict(Family family) {
        return of(family).map(PathProbe::verdict).orElse(Verdict.UNKNOWN);
    }

    /** What is wrong with the path while it lives; empty: nothing. */
    public Optional<String> complaint(Family family) {
        return of(family).flatMap(PathProbe::complaint);
    }

    /** Mean round-trip time to the targets; empty before the first answer. */
    public Optional<Duration> latency() {
        return of(Family.IPV4).flatMap(PathProbe::latency);
    }

    private Optional<PathProbe> of(Family family) {
        return Stream.of(family, family.other())
                .flatMap(f -> Stream.ofNullable(byFamily.get(f)))
                .findFirst();
    }

    public void tick(MonoTime now) {
        each(p -> p.tick(now), now);
    }

    /** When {@link #tick} has something to do next; empty while nothing is probed. */
    public Optional<MonoTime> nextWake() {
        return byFamily.values().stream().map(PathProbe::nextWake).min(MonoTime::compareTo);
    }

    /** Asks at once. */
    public void hurry(MonoTime now) {
        each(p -> p.hurry(now), now);
    }

    /** Asks at once, by bursts, whether the path lives; nobody hears of one family before all of them are doubted. */
    public void doubt(MonoTime now) {
        each(p -> p.doubt(now), now);
    }

    /** The path is dead without asking. */
    public void dead(MonoTime now) {
        each(p -> p.dead(now), now);
    }

    private void each(Consumer<PathProbe> act, MonoTime now) {
        gathering = true;
        try {
            byFamily.values().forEach(act);
        } finally {
            gathering = false;
        }
        tell(verdicts, (families, verdict) -> listener.judged(families, verdict, now));
        tell(ratings, (families, complaint) -> listener.rated(families, complaint, now));
    }

    /** Who hears it may close the probes. */
    private <T> void tell(Map<Family, T> gathered, BiConsumer<Set<Family>, T> listener) {
        Map<Family, T> found = Map.copyOf(gathered);
        gathered.clear();
        if (found.size() > 1 && Set.copyOf(found.values()).size() == 1) {
            listener.accept(Family.BOTH, found.values().iterator().next());
            return;
        }
        for (Family family : Family.values())
            if (found.containsKey(family) && byFamily.containsKey(family))
                listener.accept(spokenFor(family), found.get(family));
    }

    private Set<Family> spokenFor(Family family) {
        return apart() ? Set.of(family) : Family.BOTH;
    }

    /** What the probes of one family find. */
    private final class Ear implements PathProbe.Listener {
        private final Family family;

        private Ear(Family family) {
            this.family = family;
        }

        @Override
        public void judged(Verdict verdict, MonoTime now) {
            if (verdict != Verdict.SUSPECT) doubted.remove(family);
            if (gathering) verdicts.put(family, verdict);
            else listener.judged(spokenFor(family), verdict, now);
        }

        @Override
        public void rated(Optional<String> complaint, MonoTime now) {
            if (gathering) ratings.put(family, complaint);
            else listener.rated(spokenFor(family), complaint, now);
        }

        /** A doubt for the other's sake is none of the other. */
        @Override
        public void lingers(MonoTime now) {
            PathProbe other = byFamily.get(family.other());
            if (other == null || other.verdict() != Verdict.UP || doubted.contains(family)) return;
            doubted.add(family.other());
            other.doubt(now);
        }
    }
}
