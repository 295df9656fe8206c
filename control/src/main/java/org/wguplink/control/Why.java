package org.wguplink.control;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status.Ipv6;

/**
 * Why new flows go where they go, and not elsewhere.
 *
 * @param state as in {@link Status}
 * @param inUse the path of new flows: a peer, or the device of an own WAN; absent when there is none
 * @param reason why it was chosen, one sentence
 * @param since ISO 8601
 * @param next the path that they would take if the one in use died now; absent: none, the node would be offline
 * @param balance as in {@link Status}
 * @param order in which uplinks stand, one sentence
 * @param minUplinks how many are kept ready
 * @param ipv6 as in {@link Status}; all else is of IPv4 then
 * @param paths in the order of preference, then the peers that have no tunnel; or the one that was asked for
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Why(
        String state,
        @Nullable String inUse,
        String reason,
        String since,
        boolean failoverEnabled,
        @Nullable String next,
        List<Status.Share> balance,
        String order,
        int minUplinks,
        @Nullable Ipv6 ipv6,
        List<Path> paths) {
    public Why {
        // a daemon of an earlier version says nothing of it
        balance = Objects.requireNonNullElse(balance, List.of());
    }

    /** The same with these paths alone. */
    public Why of(List<Path> some) {
        return new Why(state, inUse, reason, since, failoverEnabled, next, balance, order, minUplinks, ipv6, some);
    }

    public static final String IN_USE = "in_use";
    public static final String SHARES = "shares";
    public static final String STANDBY = "standby";
    public static final String POOR = "poor";
    public static final String HELD = "held";
    public static final String DOWN = "down";
    public static final String CONNECTING = "connecting";
    public static final String NOT_WANTED = "not_wanted";
    public static final String NOT_ADDED = "not_added";
    public static final String UNAVAILABLE = "unavailable";

    public static final String WAN = "wan";
    public static final String UPLINK = "uplink";

    /**
     * A way to the internet that there is, or could be.
     *
     * @param name of the peer, or of the device
     * @param kind {@code wan} or {@code uplink}
     * @param state {@code in_use}; {@code shares} takes a part of the new flows of the LAN; {@code standby} works, and another is preferred; {@code poor} works badly; {@code held} answers again, and is not
     *     trusted yet; {@code down}; {@code connecting} has a tunnel or a lease on the way, not verified yet; {@code
     *     not_wanted} enough others are ready; {@code not_added}; {@code unavailable} cannot be used
     * @param reason one sentence
     * @param place among the uplinks by the last decision, 1 = best; absent when it has none
     * @param ahead the uplink before it that it was compared with; absent for the first
     * @param decidedBy what decided against it: {@code weight}, {@code line}, {@code isp}, {@code metered}, {@code cost},
     *     {@code quota}, {@code room}, {@code latency}, {@code bandwidth}, {@code spread} or {@code in_use}
     * @param failures that its life has not forgiven; the hold-down grows with them
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Path(
            String name,
            String kind,
            String state,
            String reason,
            @Nullable Integer place,
            @Nullable String ahead,
            @Nullable String decidedBy,
            int failures,
            Timers timers,
            @Nullable Merits merits) {}

    /**
     * Seconds; absent what does not run.
     *
     * @param heldForS until it is trusted
     * @param forgivenInS until the next failure is forgiven
     * @param retryInS until a lease is asked for again
     * @param removedInS until its tunnel is removed, since others are preferred
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Timers(
            @Nullable Double upForS,
            @Nullable Double downForS,
            @Nullable Double heldForS,
            @Nullable Double forgivenInS,
            @Nullable Double retryInS,
            @Nullable Double removedInS) {}

    /**
     * What the order of an uplink rests on, as the last decision had it.
     *
     * @param rides the device that carries its tunnel; absent when unknown
     * @param otherLine whether that is known to be none of the own WANs
     * @param sharedIsp the ISP that it has in common with this node
     * @param takenPercent how much of its places or line is taken; absent when unknown, and when this node has a place
     * @param latencyMs to the internet
     * @param latencyMeasured through the tunnel; else it is the offer's claim
     * @param bandwidthSeen by the traffic of this node; else it is the offer's claim
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Merits(
            int weight,
            @Nullable String rides,
            boolean otherLine,
            @Nullable String sharedIsp,
            String wanType,
            boolean metered,
            int cost,
            @Nullable Long quotaLeftMb,
            @Nullable Integer takenPercent,
            @Nullable Double latencyMs,
            boolean latencyMeasured,
            @Nullable Integer bandwidthMbps,
            boolean bandwidthSeen) {}
}
