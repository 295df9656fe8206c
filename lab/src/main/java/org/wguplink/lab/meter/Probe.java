package org.wguplink.lab.meter;

import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/** One probe that was sent. */
public record Probe(MonoTime sent, Optional<Reply> reply) {
    /**
     * @param exit number of the node whose WAN the internet saw; 0 for none of them, a leak
     */
    public record Reply(MonoTime at, int exit) {}

    public boolean isLost() {
        return reply.isEmpty();
    }

    /** Whether it came back, by the WAN of that node. */
    public boolean leftBy(int exit) {
        return reply.isPresent() && reply.get().exit() == exit;
    }
}
