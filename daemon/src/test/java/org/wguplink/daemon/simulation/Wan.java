package org.wguplink.daemon.simulation;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;

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
    final boolean dual;
    private final InetAddress address4;
    private final InetAddress address6;
    private final InetAddress gateway4;
    private final InetAddress gateway6;
    private final Duration usualDelay;
    private final double usualLoss;

    boolean carrier = true;
    Passage passage = Passage.BOTH;
    /** The families of which nothing gets through. */
    final Set<Family> dead = EnumSet.noneOf(Family.class);
    /** Whether probes are answered, and pages by somebody who wants a log-in. */
    boolean portal;
    /** Of each packet, 0 to 1. */
    double loss;
    /** From the node into the internet. */
    Duration delay;
    /** At most so much is added to a packet's delay. */
    final Duration jitter;

    /**
     * @param node its number in the world, from 1 on
     * @param dual whether it carries IPv6, too
     */
    Wan(int node, int line, boolean dual, Duration delay, Duration jitter, double loss) {
        this.device = line == 0 ? "wan" : "wan" + line;
        this.index = 10 + line;
        this.dual = dual;
        this.address4 = Addresses.parse("5.%d.%d.2".formatted(line + 1, node));
        this.gateway4 = Addresses.parse("5.%d.%d.1".formatted(line + 1, node));
        this.address6 = Addresses.parse("2a00:5:%d:%d::2".formatted(line + 1, node));
        this.gateway6 = Addresses.parse("2a00:5:%d:%d::1".formatted(line + 1, node));
        this.usualDelay = delay;
        this.usualLoss = loss;
        this.delay = delay;
        this.jitter = jitter;
        this.loss = loss;
    }

    boolean has(Family family) {
        return family == Family.IPV4 || dual;
    }

    /** The families that it has. */
    Set<Family> families() {
        return dual ? Family.BOTH : Set.of(Family.IPV4);
    }

    InetAddress address(Family family) {
        return family == Family.IPV4 ? address4 : address6;
    }

    InetAddress gateway(Family family) {
        return family == Family.IPV4 ? gateway4 : gateway6;
    }

    /** The family of which this is an address of the line; empty for another address. */
    Optional<Family> familyOf(InetAddress address) {
        return Optional.of(Family.of(address)).filter(f -> has(f) && address(f).equals(address));
    }

    boolean sends(Family family) {
        return carries(family) && (passage == Passage.BOTH || passage == Passage.OUT_ONLY);
    }

    boolean receives(Family family) {
        return carries(family) && (passage == Passage.BOTH || passage == Passage.IN_ONLY);
    }

    private boolean carries(Family family) {
        return carrier && has(family) && !dead.contains(family);
    }

    boolean works(Family family) {
        return sends(family) && receives(family);
    }

    /** As it was in the beginning. */
    void heal() {
        carrier = true;
        passage = Passage.BOTH;
        dead.clear();
        portal = false;
        calm();
    }

    /** It loses and delays what it usually does. */
    void calm() {
        loss = usualLoss;
        delay = usualDelay;
    }
}
