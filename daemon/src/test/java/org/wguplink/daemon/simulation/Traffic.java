package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.path.Counters;

/**
 * The flows of the hosts behind a node, each pinned to the path where it began, and the counters of their packets: one every
 * 20 ms while somebody talks. Answers come as long as the path works. A flow outlives the talk for a while, silently.
 */
final class Traffic implements Counters {
    private static final Duration EVERY = Duration.ofMillis(20);

    /** One flow. */
    static final class Flow {
        final Family family;
        final int number;
        final PathId path;
        final String device;
        private MonoTime countedAt;

        private Flow(Family family, int number, PathId path, String device, MonoTime now) {
            this.family = family;
            this.number = number;
            this.path = path;
            this.device = device;
            this.countedAt = now;
        }
    }

    private final SimNode node;
    private final List<Flow> flows = new ArrayList<>();
    private final Map<Family, long[]> sent = Map.of(Family.IPV4, new long[64], Family.IPV6, new long[64]);
    private final Map<Family, long[]> answered = Map.of(Family.IPV4, new long[64], Family.IPV6, new long[64]);
    private MonoTime until;
    private MonoTime liveUntil;

    Traffic(SimNode node) {
        this.node = node;
        this.until = node.now();
        this.liveUntil = until;
    }

    /** Somebody talks for so long, and then keeps what was begun, without a word. */
    void talk(Duration time, Duration silence) {
        until = node.now().plus(time);
        liveUntil = until.plus(silence);
        begin();
    }

    boolean talks() {
        return node.now().isBefore(until);
    }

    /** New flows begin on the path in use, unless there is one already. */
    void begin() {
        if (!talks() || !node.runs()) return;
        for (Family family : node.families()) begin(family);
    }

    private void begin(Family family) {
        PathId active = node.steering().states().of(family).active();
        node.activeDevice(family)
                .ifPresent(device -> node.numberOf(active)
                        .filter(number -> flows.stream().noneMatch(f -> f.number == number && f.family == family))
                        .ifPresent(number -> flows.add(new Flow(family, number, active, device, node.now()))));
    }

    /** The flows of a path end, and those who talked begin anew. */
    void end(int number, Set<Family> families) {
        flows.removeIf(f -> f.number == number && families.contains(f.family));
    }

    void clear() {
        flows.clear();
    }

    List<Flow> flows() {
        if (liveUntil.isDue(node.now())) flows.clear();
        return flows;
    }

    @Override
    public void read() {
        MonoTime now = node.now().isBefore(until) ? node.now() : until;
        for (Flow flow : flows()) {
            if (now.isBefore(flow.countedAt)) continue;
            long packets = now.since(flow.countedAt).dividedBy(EVERY);
            flow.countedAt = flow.countedAt.plus(EVERY.multipliedBy(packets));
            counts(sent, flow.family)[flow.number] += packets;
            if (node.world.way(node, flow.device, flow.family).internet())
                counts(answered, flow.family)[flow.number] += packets;
        }
    }

    @Override
    public long sent(int path, Family family) {
        return counts(sent, family)[path];
    }

    @Override
    public long answered(int path, Family family) {
        return counts(answered, family)[path];
    }

    private static long[] counts(Map<Family, long[]> of, Family family) {
        return Objects.requireNonNull(of.get(family));
    }

    @Override
    public void close() {}
}
