package org.wguplink.linux.tcp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InternetChecksum;

/**
 * A bare acknowledgement with its IP header (RFC 791, RFC 8200, RFC 9293 section 3.1). Its sequence number is 0, which is
 * out of the window of all but one connection in 60,000: whoever gets it has to answer.
 */
final class Segment {
    private Segment() {}

    static final int LONGEST = 60;

    private static final int TCP_HEADER = 20;
    private static final int IPPROTO_TCP = 6;
    private static final int TTL = 64;
    private static final int DATA_OFFSET = 5 << 4;
    private static final int ACK = 0x10;

    /** Writes it from the start of {@code packet}. @return its length in bytes */
    static int write(Tuple tuple, ByteBuffer packet) {
        packet.clear().order(ByteOrder.BIG_ENDIAN);
        byte[] source = tuple.source().getAddress();
        byte[] destination = tuple.destination().getAddress();
        if (tuple.family() == Family.IPV4) {
            // the kernel fills in identification and checksum, ip(7) and raw(7)
            packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + TCP_HEADER));
            packet.putInt(0).put((byte) TTL).put((byte) IPPROTO_TCP).putShort((short) 0);
        } else {
            packet.putInt(6 << 28)
                    .putShort((short) TCP_HEADER)
                    .put((byte) IPPROTO_TCP)
                    .put((byte) TTL);
        }
        packet.put(source).put(destination);
        int tcp = packet.position();
        packet.putShort((short) tuple.sourcePort()).putShort((short) tuple.destinationPort());
        packet.putInt(0).putInt(0).put((byte) DATA_OFFSET).put((byte) ACK).putShort((short) 0);
        packet.putShort((short) 0).putShort((short) 0);
        // the pseudo-header is the addresses, the protocol and the length
        int addresses = 2 * source.length;
        short checksum = InternetChecksum.of(packet, tcp - addresses, packet.position(), IPPROTO_TCP + TCP_HEADER);
        packet.putShort(tcp + 16, checksum);
        return packet.position();
    }
}
