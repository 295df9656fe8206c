package org.wguplink.control;

import java.util.Locale;
import java.util.Optional;

/** The methods of the control protocol. The wire name is the lower-case constant. */
public enum Method {
    /** {@link Status}: the whole state of the node. */
    STATUS,
    /** {@link Status}, as the specification names it. */
    UPLINK_STATUS,
    /** {@link UplinkList}: every provider heard of or added, best first. */
    UPLINK_LIST,
    /** {@code {peer_id}}: use this peer as an uplink; {@link Done}. */
    UPLINK_ADD,
    /** {@code {peer_id}}: stop using this peer and give its lease back; {@link Done}. */
    UPLINK_REMOVE,
    /** {@code {peer_id, progress}}: reach the internet through this peer now; {@link TestResult}. */
    UPLINK_TEST,
    /**
     * {@code {peer_id, seconds, force, progress}}: loads this peer's tunnel or own WAN on purpose, without a name the best own
     * WAN, and says what it brings; {@link MeasureResult}.
     */
    UPLINK_MEASURE,
    /** {@code {peer_id}}, or nothing: why new flows go where they go, and not by this peer or own WAN; {@link Why}. */
    UPLINK_WHY,
    /** {@code {peer_id, weight}}: lower = less preferred; {@link Done}. */
    UPLINK_SET_PRIORITY,
    /**
     * {@code {peer_id, enabled, within_s}}: new flows leave this uplink, and what is left on it ends in so many seconds; or
     * ({@code enabled} false) it may be used again; {@link Done}.
     */
    UPLINK_DRAIN,
    /** {@code {enabled}}: switch by itself, or not; {@link Done}. */
    UPLINK_FAILOVER,
    /** Lend the own internet to the mesh; {@link Done}. */
    UPLINK_OFFER,
    /** Stop lending; {@link Done}. */
    UPLINK_WITHDRAW,
    /** {@code {interval_s}}: {@link Status} now, and as a {@link Notification} whenever it changes. */
    WATCH;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Method> of(String wireName) {
        for (Method method : values()) if (method.wireName().equals(wireName)) return Optional.of(method);
        return Optional.empty();
    }
}
