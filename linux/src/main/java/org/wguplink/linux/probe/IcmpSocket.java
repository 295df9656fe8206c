package org.wguplink.linux.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InternetChecksum;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * Echo requests by one device only, with one mark (RFC 792, RFC 4443 section 4). A reply counts when it carries this
 * socket's random identifier and token, so that nobody off the path can forge one. For one thread.
 */
public final class IcmpSocket implements AutoCloseable {
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int SOL_RAW = 255;
    private static final int ICMP_FILTER = 1;
    private static final int ICMP_ECHO = 8;
    private static final int ICMP_ECHOREPLY = 0;
    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMP_TIME_EXCEEDED = 11;
    private static final int ICMPV6_UNREACHABLE = 1;
    private static final int ICMPV6_TIME_EXCEEDED = 3;
    private static final int ICMPV6_ECHO_REQUEST = 128;
    private static final int ICMPV6_ECHO_REPLY = 129;
    private static final int HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TOKEN = 8;
    private static final int PACKET = HEADER + TOKEN;
    private static final int IP_TTL = 2;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_UNICAST_HOPS = 16;
    /** linux/in.h and linux/in6.h, and the value that says: never in parts, whatever is thought to fit. */
    private static final int IP_MTU_DISCOVER = 10;

    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_PROBE = 3;
    private static final int LARGEST = 1500;
    private static final int RECEIVE_ROOM = 256;
    /** linux/sockios.h: _IOR(0x89, 0x07, long long[2]). */
    private static final long SIOCGSTAMPNS = 0x80108907L;

    private static final Duration LONGEST_LAG = Duration.ofSeconds(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Family family;
    private final NativeSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(LARGEST, 8);
    private final ByteBuffer packet = request.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment reply = arena.allocate(RECEIVE_ROOM, 8);
    private final ByteBuffer received = reply.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment target = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
    private final MemorySegment sender = arena.allocate(NativeSocket.SOCKADDR_ROOM, 4);
    private final MemorySegment senderLength = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment stamp = arena.allocate(ValueLayout.JAVA_LONG, 2);
    private final short identifier = (short) RANDOM.nextInt();
    private final long token = RANDOM.nextLong();
    private boolean closed;

    /** What came back for a request. */
    public sealed interface Answer {
        InetAddress from();

        /** 0 to 65535, as it was sent. */
        int sequence();
    }

    public record Reply(InetAddress from, int sequence) implements Answer {}

    /** Somebody on the way would not, or could not, pass the request on. */
    public record Refusal(InetAddress from, int sequence, IcmpError error) implements Answer {}

    private IcmpSocket(Family family, NativeSocket socket) {
        this.family = family;
        this.socket = socket;
    }

    /** @throws OsException ENODEV when there is no such device, EPERM without CAP_NET_RAW */
    public static IcmpSocket open(String device, FwMark mark, Family family) throws OsException {
        return open(device, mark, family, false);
    }

    /** One that hears refusals too; read it with {@link #next()}. */
    public static IcmpSocket openWithRefusals(String device, FwMark mark, Family family) throws OsException {
        return open(device, mark, family, true);
    }

    private static IcmpSocket open(String device, FwMark mark, Family family, boolean refusals) throws OsException {
        boolean v4 = family == Family.IPV4;
        var socket = new NativeSocket(
                "icmp " + device,
                v4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6,
                NativeSocket.SOCK_RAW | NativeSocket.SOCK_NONBLOCK,
                v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
        try (var arena = Arena.ofConfined()) {
            socket.bindToDevice(device);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_MARK, mark.value());
            // a bit that is set keeps that type out
            int errors = refusals ? 1 << ICMP_UNREACHABLE | 1 << ICMP_TIME_EXCEEDED : 0;
            if (v4) socket.set(SOL_RAW, ICMP_FILTER, ~(1 << ICMP_ECHOREPLY | errors));
            else socket.set(IPPROTO_ICMPV6, ICMP_FILTER, echoReplies(arena, refusals));
        } catch (OsException e) {
            socket.close();
            throw e;
        }
        var icmp = new IcmpSocket(family, socket);
        // asked once, the kernel dates what comes
        var _ = icmp.lag();
        return icmp;
    }

    /**
     * How long what was received last had waited in this socket, at most a second; zero where the kernel does not tell, as
     * of the first (SIOCGSTAMPNS of socket(7), which is told by the wall clock).
     */
    public Duration lag() {
        if (Libc.ioctl(fd(), SIOCGSTAMPNS, stamp) < 0) return Duration.ZERO;
        Instant came = Instant.ofEpochSecond(
                stamp.getAtIndex(ValueLayout.JAVA_LONG, 0), stamp.getAtIndex(ValueLayout.JAVA_LONG, 1));
        Duration lag = Duration.between(came, Instant.now());
        // a clock that was set meanwhile
        return lag.isNegative() || lag.compareTo(LONGEST_LAG) > 0 ? Duration.ZERO : lag;
    }

    public int fd() {
        return socket.fd();
    }

    /** How many routers requests may pass from now on, 1 to 255. */
    public void hops(int limit) throws OsException {
        if (family == Family.IPV4) socket.set(IPPROTO_IP, IP_TTL, limit);
        else socket.set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, limit);
    }

    /** Requests are never sent in parts from now on, not even where the kernel believes that they are too large. */
    public void whole() throws OsException {
        if (family == Family.IPV4) socket.set(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
        else socket.set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
    }

    /** Sends one small echo request, as {@link #send(InetAddress, int, int)}. */
    public boolean send(InetAddress to, int sequence) throws OsException {
        return request(to, sequence, PACKET);
    }

    /**
     * Sends one echo request.
     *
     * @param sequence 0 to 65535
     * @param bytes of the whole IP packet, 64 to 1500
     * @return false when the kernel has no way for it: no route, a refusal, the device down or gone, a full queue
     */
    public boolean send(InetAddress to, int sequence, int bytes) throws OsException {
        if (bytes < 64 || bytes > LARGEST) throw new IllegalArgumentException(bytes + " bytes; expected 64 to 1500");
        return request(to, sequence, bytes - (family == Family.IPV4 ? IPV4_HEADER : IPV6_HEADER));
    }

    private boolean request(InetAddress to, int sequence, int length) throws OsException {
        if (Family.of(to) != family) throw new IllegalArgumentException("%s is not %s".formatted(to, family));
        packet.put(0, (byte) (family == Family.IPV4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST));
        packet.putShort(2, (short) 0).putShort(4, identifier).putShort(6, (short) sequence);
        packet.putLong(HEADER, token);
        // the kernel does it for ICMPv6 (RFC 3542 section 3.1)
        if (family == Family.IPV4) packet.putShort(2, InternetChecksum.of(packet, 0, length));
        int sent = Libc.sendto(fd(), request, length, 0, NativeSocket.sockaddr(target, to, 0));
        if (sent >= 0) return true;
        return switch (-sent) {
            case Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH,
                    Errno.EHOSTDOWN,
                    Errno.ENETDOWN,
                    Errno.ENODEV,
                    Errno.ENXIO,
                    Errno.ENOBUFS,
                    Errno.EAGAIN,
                    Errno.EINTR,
                    Errno.EPERM,
                    Errno.EACCES,
                    Errno.EINVAL,
                    Errno.EADDRNOTAVAIL,
                    Errno.EMSGSIZE,
                    Errno.ECONNREFUSED -> false;
            default -> throw new OsException("send probe", socket.subject(), -sent);
        };
    }

    /** The next reply to a request of this socket; never blocks. Other echo replies are skipped. */
    public Optional<Reply> receive() throws OsException {
        while (true) {
            Optional<Answer> next = next();
            if (next.isEmpty()) return Optional.empty();
            if (next.get() instanceof Reply reply) return Optional.of(reply);
        }
    }

    /** Hands over each reply that is there, until one of them has this socket closed. */
    public void replies(Consumer<Reply> each) throws OsException {
        while (!closed) {
            Optional<Reply> next = receive();
            if (next.isEmpty()) return;
            each.accept(next.get());
        }
    }

    /** The next answer to a request of this socket, refusals too; never blocks. What is of others is skipped. */
    public Optional<Answer> next() throws OsException {
        while (true) {
            senderLength.set(ValueLayout.JAVA_INT, 0, NativeSocket.SOCKADDR_ROOM);
            int length = Libc.recvfrom(fd(), reply, NativeSocket.MSG_DONTWAIT, sender, senderLength);
            if (length < 0) {
                switch (-length) {
                    case Errno.EAGAIN, Errno.ENETDOWN, Errno.ENODEV -> {
                        return Optional.empty();
                    }
                    // a pending error of an earlier request, reported once
                    case Errno.EINTR, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.ECONNREFUSED -> {
                        continue;
                    }
                    default -> throw new OsException("receive probe", socket.subject(), -length);
                }
            }
            Optional<Answer> answer = read(length);
            if (answer.isPresent()) return answer;
        }
    }

    private Optional<Answer> read(int length) {
        boolean v4 = family == Family.IPV4;
        // a raw IPv4 socket gets the IP header, of 4 times the low half of its first byte
        int at = v4 ? (received.get(0) & 0xf) * 4 : 0;
        if (isOurs(at, length, v4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY))
            return Optional.of(new Reply(NativeSocket.address(sender), sequence(at)));
        // an error quotes the packet that caused it, its IP header first (RFC 792, RFC 4443 section 3)
        int quoted = at + HEADER;
        int inner = quoted + (v4 && quoted < length ? (received.get(quoted) & 0xf) * 4 : IPV6_HEADER);
        if (!isOurs(inner, length, v4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST)) return Optional.empty();
        int type = Byte.toUnsignedInt(received.get(at));
        int code = Byte.toUnsignedInt(received.get(at + 1));
        return (v4 ? IcmpError.ofIpv4(type, code) : IcmpError.ofIpv6(type, code))
                .map(error -> new Refusal(NativeSocket.address(sender), sequence(inner), error));
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        socket.close();
        arena.close();
    }

    private int sequence(int at) {
        return Short.toUnsignedInt(received.getShort(at + 6));
    }

    private boolean isOurs(int at, int length, int type) {
        return length >= at + PACKET
                && Byte.toUnsignedInt(received.get(at)) == type
                && received.getShort(at + 4) == identifier
                && received.getLong(at + HEADER) == token;
    }

    /** struct icmp6_filter: 256 bits in the machine's words. */
    private static MemorySegment echoReplies(Arena arena, boolean refusals) {
        MemorySegment filter = arena.allocate(32, 4);
        filter.fill((byte) 0xff);
        pass(filter, ICMPV6_ECHO_REPLY);
        if (refusals) pass(filter, ICMPV6_UNREACHABLE);
        if (refusals) pass(filter, ICMPV6_TIME_EXCEEDED);
        return filter;
    }

    private static void pass(MemorySegment filter, int type) {
        int word = type / 32;
        int bits = filter.getAtIndex(ValueLayout.JAVA_INT, word);
        filter.setAtIndex(ValueLayout.JAVA_INT, word, bits & ~(1 << (type % 32)));
    }
}
