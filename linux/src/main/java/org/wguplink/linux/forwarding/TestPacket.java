package org.wguplink.linux.forwarding;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InternetChecksum;

/**
 * Packets of the check, from the IP header on, and their answers (RFC 791, 8200, 792, 4443, 9293). A connection attempt
 * says more than an echo: filters such as ufw's let every forwarded echo pass.
 *
 * @param identifier of the echoes, and port of the connection attempts: 1024 to 65535
 * @param sequence of both; random, so that nobody off the path forges an answer
 */
record TestPacket(InetAddress source, int identifier, int sequence) {
    static final int HTTPS = 443;

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int ICMPV6 = 58;
    private static final int ECHO = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO6 = 128;
    private static final int ECHO6_REPLY = 129;
    private static final int HEADER4 = 20;
    private static final int HEADER6 = 40;
    private static final int TTL = 64;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;

    /** What came back. */
    sealed interface Answer {
        InetAddress from();

        record Echo(InetAddress from) implements Answer {}

        /** @param reset what ends the connection that a server accepted; empty when it refused */
        record Connection(InetAddress from, Optional<byte[]> reset) implements Answer {}
    }

    Family family() {
        return Family.of(source);
    }

    byte[] echo(InetAddress to) {
        boolean v4 = family() == Family.IPV4;
        var body = ByteBuffer.allocate(16);
        body.put((byte) (v4 ? ECHO : ECHO6)).put((byte) 0).putShort((short) 0);
        body.putShort((short) identifier).putShort((short) sequence).putLong(sequence);
        int protocol = v4 ? ICMP : ICMPV6;
        body.putShort(2, checksum(body.array(), v4 ? 0 : pseudoHeader(to, protocol, body.capacity())));
        return packet(to, protocol, body.array());
    }

    /** The first packet of a connection to a web server. */
    byte[] connection(InetAddress to) {
        return tcp(to, sequence, SYN);
    }

    /** What the packet answers; empty when it is none of ours. */
    Optional<Answer> answer(byte[] packet) {
        boolean v4 = family() == Family.IPV4;
        int header = v4 ? HEADER4 : HEADER6;
        if (packet.length < header + 8 || (packet[0] >> 4 & 0xf) != (v4 ? 4 : 6)) return Optional.empty();
        var data = ByteBuffer.wrap(packet);
        int at = v4 ? (packet[0] & 0xf) * 4 : HEADER6;
        if (packet.length < at + 8) return Optional.empty();
        var address = new byte[v4 ? 4 : 16];
        data.get(v4 ? 12 : 8, address);
        InetAddress from = Addresses.of(address);
        int protocol = packet[v4 ? 9 : 6];
        if (protocol == (v4 ? ICMP : ICMPV6)) {
            boolean ours = Byte.toUnsignedInt(packet[at]) == (v4 ? ECHO_REPLY : ECHO6_REPLY)
                    && Short.toUnsignedInt(data.getShort(at + 4)) == identifier;
            return ours ? Optional.of(new Answer.Echo(from)) : Optional.empty();
        }
        if (protocol != TCP || packet.length < at + 20) return Optional.empty();
        boolean ours = Short.toUnsignedInt(data.getShort(at)) == HTTPS
                && Short.toUnsignedInt(data.getShort(at + 2)) == identifier
                && data.getInt(at + 8) == sequence + 1;
        if (!ours) return Optional.empty();
        boolean refused = (packet[at + 13] & RST) != 0;
        return Optional.of(
                new Answer.Connection(from, refused ? Optional.empty() : Optional.of(tcp(from, sequence + 1, RST))));
    }

    private byte[] tcp(InetAddress to, int number, int flags) {
        var body = ByteBuffer.allocate(20);
        body.putShort((short) identifier).putShort((short) HTTPS).putInt(number).putInt(0);
        // 5 words of header; a window of 64 KB
        body.put((byte) 0x50).put((byte) flags).putShort((short) 0xffff);
        body.putShort(16, checksum(body.array(), pseudoHeader(to, TCP, body.capacity())));
        return packet(to, TCP, body.array());
    }

    private byte[] packet(InetAddress to, int protocol, byte[] body) {
        if (family() == Family.IPV6) {
            var packet = ByteBuffer.allocate(HEADER6 + body.length);
            packet.putInt(0x60000000)
                    .putShort((short) body.length)
                    .put((byte) protocol)
                    .put((byte) TTL);
            return packet.put(source.getAddress())
                    .put(to.getAddress())
                    .put(body)
                    .array();
        }
        var packet = ByteBuffer.allocate(HEADER4 + body.length);
        packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0);
        packet.put((byte) TTL).put((byte) protocol).putShort((short) 0);
        packet.put(source.getAddress()).put(to.getAddress());
        packet.putShort(10, checksum(packet.array(), 0));
        return packet.put(body).array();
    }

    /** The sum over what of the IP header counts for the checksum of the body. */
    private int pseudoHeader(InetAddress to, int protocol, int length) {
        return sum(source.getAddress()) + sum(to.getAddress()) + protocol + length;
    }

    private static short checksum(byte[] bytes, int more) {
        return InternetChecksum.of(ByteBuffer.wrap(bytes), 0, bytes.length, more);
    }

    private static int sum(byte[] bytes) {
        var words = ByteBuffer.wrap(bytes);
        int sum = 0;
        while (words.remaining() >= 2) sum += Short.toUnsignedInt(words.getShort());
        return sum;
    }
}
