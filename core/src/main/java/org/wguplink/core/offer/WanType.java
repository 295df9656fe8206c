package org.wguplink.core.offer;

import java.util.Locale;

/** Kind of internet line, {@code wan_type} of an offer. */
public enum WanType {
    FIBER,
    CABLE,
    DSL,
    ETHERNET,
    WIFI,
    LTE,
    SATELLITE,
    UNKNOWN;

    /** Reads the lower-case word of an offer; an unknown word is {@link #UNKNOWN}, since newer nodes may know more. */
    public static WanType parse(String word) {
        for (WanType type : values()) if (type.toString().equals(word)) return type;
        return UNKNOWN;
    }

    /** Whether such lines are mostly paid for by volume. */
    public boolean usuallyMetered() {
        return this == LTE || this == SATELLITE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
