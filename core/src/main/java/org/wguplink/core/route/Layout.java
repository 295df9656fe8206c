package org.wguplink.core.route;

import org.wguplink.core.net.FwMark;

/**
 * The numbers that are ours on a Linux node. All of them lie in one range, so that they can be found and removed:
 * rule priorities 5208-5209 and 5296-5399, tables 57400-57431, routing protocol 213, mark bits 0x3f000000, and the
 * nftables table {@code inet wguplink}.
 */
public final class Layout {
    private Layout() {}

    /** {@code rtm_protocol} of our routes and {@code FRA_PROTOCOL} of our rules. */
    public static final int PROTOCOL = 213;

    /** The mark bits that we use. */
    public static final int MARK_MASK = 0x3f000000;

    private static final int MARK_SHIFT = 24;

    /** The bit that tells probes from the traffic of their path; traffic that is counted is without it. */
    public static final int PROBE_BIT = 0x20000000;

    /** The bits that hold the number of a path. */
    private static final int PATH_MASK = MARK_MASK & ~PROBE_BIT;

    /** Carried by WireGuard's outer packets, which stay on their underlay. */
    public static final FwMark OUTER = new FwMark(0x3f000000, MARK_MASK);

    /** Carried by segments that we forge towards our own side; see {@link org.wguplink.core.flow}. */
    public static final FwMark TICKLE = new FwMark(0x3e000000, MARK_MASK);

    /** The table that new flows use: {@code throw} while the own WAN serves. */
    public static final RouteTable ACTIVE = new RouteTable(57400);

    /** The table of WireGuard's outer packets: the default of an own WAN that lives. */
    public static final RouteTable OUTER_TABLE = new RouteTable(57430);

    /** Highest number of a path. */
    public static final int MAX_PATH = 29;

    /** Metric of the route that ends a path's table, so that pinned flows never fall through: the largest. */
    public static final long LAST_METRIC = 4294967295L;

    public static final int PREF_SERVED_PINNED = 5296;
    public static final int PREF_SERVED = 5297;
    public static final int PREF_SERVED_ELSE = 5298;
    public static final int PREF_OUTER_MAIN = 5299;
    public static final int PREF_OUTER = 5300;
    public static final int PREF_MAIN = 5301;
    public static final int PREF_FOREIGN_OUTER = 5302;
    public static final int PREF_MARK = 5310;
    public static final int PREF_DEVICE = 5340;
    /** What the user says of a mark counts before what is said of a host, and before the address of an own WAN. */
    public static final int PREF_POLICY_MARK = 5370;

    public static final int PREF_POLICY_SOURCE = 5371;
    /** After the marks: a query for names that is led through an uplink has an own WAN's address until it is masqueraded. */
    public static final int PREF_SOURCE = 5372;

    public static final int PREF_ACTIVE = 5390;

    /** The mark of flows that belong to path {@code number} (1 to {@link #MAX_PATH}). */
    public static FwMark mark(int number) {
        return new FwMark(checked(number) << MARK_SHIFT, MARK_MASK);
    }

    /** The mark of probes of path {@code number}. */
    public static FwMark probe(int number) {
        return new FwMark(checked(number) << MARK_SHIFT | PROBE_BIT, MARK_MASK);
    }

    /** What flows and probes of path {@code number} have in common. */
    static FwMark flowsAndProbes(int number) {
        return new FwMark(checked(number) << MARK_SHIFT, PATH_MASK);
    }

    /** The zone of connection tracking for queries that are led through path {@code number}, an unsigned 16-bit number. */
    public static int zone(int number) {
        return ACTIVE.id() + checked(number);
    }

    public static RouteTable table(int number) {
        return new RouteTable(ACTIVE.id() + checked(number));
    }

    /** Whether a rule of this priority can be ours. */
    public static boolean ownsPriority(int priority) {
        return (priority >= 5208 && priority <= 5209) || (priority >= PREF_SERVED_PINNED && priority <= 5399);
    }

    private static int checked(int number) {
        if (number < 1 || number > MAX_PATH)
            throw new IllegalArgumentException("path number %d; expected 1 to %d".formatted(number, MAX_PATH));
        return number;
    }
}
