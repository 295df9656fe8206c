package org.wguplink.core.net;

import java.nio.ByteBuffer;

/** The checksum of IP, ICMP, TCP and UDP (RFC 1071). */
public final class InternetChecksum {
    private InternetChecksum() {}

    /** Of an even number of bytes of a buffer in network order, the place of the checksum itself holding 0. */
    public static short of(ByteBuffer packet, int from, int to) {
        return of(packet, from, to, 0);
    }

    /** @param rest the sum of 16-bit words that count as well but do not stand there, as of a pseudo-header */
    public static short of(ByteBuffer packet, int from, int to, int rest) {
        int sum = rest;
        for (int at = from; at < to; at += 2) sum += Short.toUnsignedInt(packet.getShort(at));
        while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~sum;
    }
}
