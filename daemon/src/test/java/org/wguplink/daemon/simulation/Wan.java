package org.wguplink.daemon.simulation;

import java.net.InetAddress;
import java.time.Duration;
import org.wguplink.core.net.Addresses;

/** One own line of a node, with the internet behind it. Faults change it. */
final class Wan {
    /** What gets through. */
    enum Passage {
        BOTH,
        NONE,
        /** Packets leave, and no answer comes. */
        OUT_ONLY,
        IN_ONLY
    }

    final String device;
    final int index;
    final InetAddress address;
    final InetAddress gateway;
    private final Duration usualDelay;
    private final double usualLoss;

    boolean carrier = true;
    Passage passage = Passage.BOTH;
    /** Of each packet, 0 to 1. */
    double loss;
    /** From the node into the internet. */
    Duration delay;
    /** At most so much is added to a packet's delay. */
    final Duration jitter;

    /** @param node its number in the world, from 1 on */
    Wan(int node, int line, Duration delay, Duration jitter, double loss) {
        this.device = line == 0 ? "wan" : "wan" + line;
        this.index = 10 + line;
        this.address = Addresses.parse("5.%d.%d.2".formatted(line + 1, node));
        this.gateway = Addresses.parse("5.%d.%d.1".formatted(line + 1, node));
        this.usualDelay = delay;
        this.usualLoss = loss;
        this.delay = delay;
        this.jitter = jitter;
        this.loss = loss;
    }

    boolean sends() {
        return carrier && (passage == Passage.BOTH || passage == Passage.OUT_ONLY);
    }

    boolean receives() {
        return carrier && (passage == Passage.BOTH || passage == Passage.IN_ONLY);
    }

    boolean works() {
        return sends() && receives();
    }

    /** As it was in the beginning. */
    void heal() {
        carrier = true;
        passage = Passage.BOTH;
        calm();
    }

    /** It loses and delays what it usually does. */
    void calm() {
        loss = usualLoss;
        delay = usualDelay;
    }
}
