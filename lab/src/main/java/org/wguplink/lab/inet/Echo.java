package org.wguplink.lab.inet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The echo's answer: eight bytes given back, and the source address that was seen. */
public final class Echo {
    public static final int SEQUENCE_BYTES = Long.BYTES;
    public static final int ANSWER_BYTES = SEQUENCE_BYTES + 16;

    private static final int V4_MAPPED = 0xffff;
    private static final int CARRIER_GRADE_NAT = 0x6440;
    private static final int DOCUMENTATION = 0x2001_0db8;

    private Echo() {}

    static void putAddress(ByteBuffer to, InetAddress address) {
        if (address instanceof Inet4Address) to.putLong(0).putInt(V4_MAPPED);
        to.put(address.getAddress());
    }

    /**
     * The node whose WAN an answer names: the n of {@code 100.64.n.2} or {@code 2001:db8:n::2}; 0 for any other source,
     * such as a LAN address that left without NAT. Allocates nothing.
     */
    public static int exit(ByteBuffer answer) {
        if (answer.limit() < ANSWER_BYTES) return 0;
        int high = answer.getInt(SEQUENCE_BYTES);
        int last = answer.getInt(SEQUENCE_BYTES + 12);
        if (high == DOCUMENTATION) return answer.getShort(SEQUENCE_BYTES + 4) & 0xffff;
        boolean isV4 = high == 0 && answer.getInt(SEQUENCE_BYTES + 8) == V4_MAPPED;
        return isV4 && last >>> 16 == CARRIER_GRADE_NAT ? last >>> 8 & 0xff : 0;
    }
}
