package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.path.Counters;

/**
 * The flows of the hosts behind a node, each pinned to the path where it began, and the counters of their packets: one every
 * 20 ms while somebody talks. Answers come as long as the path works.
 */
final class Traffic implements Counters {
    private static final Duration EVERY = Duration.ofMillis(20);

    /** One flow. */
    static final class Flow {
        final int number;
        final PathId path;
        final String device;
        private MonoTime countedAt;

        private Flow(int number, PathId path, String device, MonoTime now) {
            this.number = number;
            this.path = path;
            this.device = device;
            this.countedAt = now;
        }
    }

    private final SimNode node;
    private final List<Flow> flows = new ArrayList<>();
    private final long[] sent = new long[64];
    private final long[] answered = new long[64];
    private MonoTime until;

    Traffic(SimNode node) {
        this.node = node;
        this.until = node.now();
    }

    /** Somebody talks for so long. */
    void talk(Duration time) {
        until = node.now().plus(time);
        begin();
    }

    boolean talks() {
        return node.now().isBefore(until);
    }

    /** New flows begin on the path in use, unless there is one already. */
    void begin() {
        if (!talks() || !node.runs()) return;
        PathId active = node.steering().state().active();
        node.numberOf(active)
                .filter(number -> flows.stream().noneMatch(f -> f.number == number))
                .ifPresent(number -> flows.add(new Flow(number, active, node.activeDevice(), node.now())));
    }

    /** The flows of a path end, and those who talked begin anew. */
    void end(int number) {
        flows.removeIf(f -> f.number == number);
    }

    void clear() {
        flows.clear();
    }

    List<Flow> flows() {
        if (!talks()) flows.clear();
        return flows;
    }

    @Override
    public void read() {
        MonoTime now = node.now();
        for (Flow flow : flows()) {
            long packets = now.since(flow.countedAt).dividedBy(EVERY);
            flow.countedAt = flow.countedAt.plus(EVERY.multipliedBy(packets));
            sent[flow.number] += packets;
            if (node.world.way(node, flow.device).internet()) answered[flow.number] += packets;
        }
    }

    @Override
    public long sent(int path, Family family) {
        return sent[path];
    }

    @Override
    public long answered(int path, Family family) {
        return answered[path];
    }

    @Override
    public void close() {}
}
