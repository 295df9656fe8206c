package org.wguplink.core.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Address family. */
public enum Family {
    IPV4(4, 32),
    IPV6(6, 128);

    /** Both, IPv4 first. */
    public static final Set<Family> BOTH = Collections.unmodifiableSet(EnumSet.allOf(Family.class));

    private final int version;
    private final int bits;

    Family(int version, int bits) {
        this.version = version;
        this.bits = bits;
    }

    /** 4 or 6. */
    public int version() {
        return version;
    }

    /** Length of an address, in bits. */
    public int bits() {
        return bits;
    }

    public Family other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    public static Family of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }
}
