package org.wguplink.linux.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.wguplink.linux.ffi.Devices;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * A netlink socket. For requests: write messages with {@link #writer()}, then {@link #transact}, {@link #dump} or {@link
 * #ask}. Not thread-safe.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** {@code NETLINK_ROUTE}. */
    public static final int ROUTE = 0;

    /** {@code NETLINK_SOCK_DIAG}. */
    public static final int SOCK_DIAG = 4;

    /** {@code NETLINK_NETFILTER}. */
    public static final int NETFILTER = 12;

    /** {@code NETLINK_GENERIC}. */
    public static final int GENERIC = 16;

    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    /** {@code BPF_RET | BPF_K}. */
    private static final short BPF_RET = 0x06;

    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
    private static final int DATAGRAM_BYTES = 1 << 16;
    private static final int DUMP_ATTEMPTS = 10;
    private static final long ANSWER_TIMEOUT_SECONDS = 5;

    /** Port ids of this process's sockets: a notification that carries one was caused by ourselves. */
    private static final Set<Integer> OWN_PORTS = ConcurrentHashMap.newKeySet();

    private final NativeSocket socket;
    private final MessageWriter writer = new MessageWriter();
    private final MemorySegment datagram = Arena.ofAuto().allocate(DATAGRAM_BYTES, 8);
    private final ByteBuffer inPlace = datagram.asByteBuffer().order(ByteOrder.nativeOrder());
    private final int portId;
    private final Devices devices;

    /** A message that the kernel refused, by its sequence number; the detail may be empty. */
    public record Refusal(int sequence, int errno, String detail) {}

    /**
     * @param groups bit mask of the multicast groups to hear ({@code RTMGRP_*}); with any, the socket does not block and
     *     is for {@link #receive} alone
     */
    public NetlinkSocket(String subject, int protocol, int groups) throws OsException {
        int type = NativeSocket.SOCK_RAW | (groups == 0 ? 0 : NativeSocket.SOCK_NONBLOCK);
        socket = new NativeSocket(subject, NativeSocket.AF_NETLINK, type, protocol);
        try (var arena = Arena.ofConfined()) {
            // privileged; without it the default of some 200 KiB has to do
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, RECEIVE_BUFFER_BYTES);
            Libc.setsockopt(socket.fd(), NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, size);
            socket.set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            socket.set(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            if (protocol == ROUTE) socket.set(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
            MemorySegment timeout = arena.allocateFrom(ValueLayout.JAVA_LONG, ANSWER_TIMEOUT_SECONDS, 0);
            socket.set(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVTIMEO, timeout);
            portId = bind(arena, groups);
            OWN_PORTS.add(portId);
            devices = new Devices(socket.fd());
        } catch (OsException e) {
            socket.close();
            throw e;
        }
    }

    static boolean isOwnPort(int portId) {
        return OWN_PORTS.contains(portId);
    }

    public int fd() {
        return socket.fd();
    }

    /** That the kernel tells in what this socket has caused. */
    public int portId() {
        return portId;
    }

    /** Nothing arrives any more: a filter (BPF, linux/filter.h) that takes no byte of anything. */
    public void refuseAll() throws OsException {
        try (var arena = Arena.ofConfined()) {
            // struct sock_filter: code, jumps, value
            MemorySegment filter = arena.allocate(8, 8);
            filter.set(ValueLayout.JAVA_SHORT, 0, BPF_RET);
            // struct sock_fprog: length, where it is
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.ADDRESS, 8, filter);
            socket.set(NativeSocket.SOL_SOCKET, SO_ATTACH_FILTER, program);
        }
    }

    /** Everything arrives, after {@link #refuseAll} or anyway. */
    public void takeAll() throws OsException {
        try {
            socket.set(NativeSocket.SOL_SOCKET, SO_DETACH_FILTER, 0);
        } catch (OsException e) {
            // everything does already
            if (e.errno() != Errno.ENOENT) throw e;
        }
    }

    /** The devices of this socket's network namespace. */
    public Devices devices() {
        return devices;
    }

    /** Where the messages of the next request go; {@link MessageWriter#clear()} it first. */
    public MessageWriter writer() {
        return writer;
    }

    /**
     * Sends all messages written, and reads the answer to each that asks for an acknowledgement. The kernel carries on
     * after a message that it refuses, but for those of a batch (linux/netfilter/nfnetlink.h).
     */
    public List<Refusal> transact() throws OsException {
        int missing = writer.acknowledged();
        int last = writer.sequence();
        var refusals = new ArrayList<Refusal>();
        if (missing == 0) return refusals;
        send();
        while (missing > 0) {
            for (Message message : receiveBlocking()) {
                boolean ours = last - message.sequence() >= 0 && last - message.sequence() < writer.count();
                if (message.type() != Message.ERROR || !ours) continue;
                missing--;
                if (message.u32(0) != 0) refusals.add(refusal(message));
            }
        }
        return refusals;
    }

    /** Sends the messages written. @throws OsException for the first that was refused */
    public void execute(String operation, String subject) throws OsException {
        List<Refusal> refusals = transact();
        if (!refusals.isEmpty()) throw failure(operation, subject, refusals.getFirst());
    }

    /** Sends the one message written, and reads the table. @throws OsException when refused, or never at rest */
    public List<Message> dump(String operation, String subject) throws OsException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            Optional<List<Message>> whole = dumpOnce(operation, subject);
            if (whole.isPresent()) return whole.get();
        }
        throw new OsException(operation, subject, Errno.EAGAIN, "the table changed during each of the dumps");
    }

    /**
     * Sends the one message written, and hands on the entries of a table one by one, for tables too large to keep. What
     * changes meanwhile may be missed.
     */
    public void dump(String operation, String subject, Consumer<Message> entries) throws OsException {
        send();
        var _ = readDump(operation, subject, entries);
    }

    /** Reads a message where it lies. */
    public interface InPlace {
        /** @param end of the message in {@code buffer}, which is in the machine's order and used again afterwards */
        void read(ByteBuffer buffer, int payload, int end);
    }

    /** As {@link #dump(String, String, Consumer)}, and makes no objects: for what is asked a hundred times a second. */
    public void dumpInPlace(String operation, String subject, InPlace entries) throws OsException {
        send();
        while (true) {
            int length = OsException.check(receiveBytes(), "receive", socket.subject());
            for (int at = 0; at + Message.HEADER <= length; ) {
                int size = inPlace.getInt(at);
                if (size < Message.HEADER || size > length - at) break;
                if (inPlace.getInt(at + Message.SEQUENCE) == writer.sequence()) {
                    int type = Short.toUnsignedInt(inPlace.getShort(at + Message.TYPE));
                    if (type == Message.DONE) return;
                    if (type == Message.ERROR)
                        throw new OsException(operation, subject, -inPlace.getInt(at + Message.HEADER));
                    entries.read(inPlace, at + Message.HEADER, at + size);
                }
                at += (size + 3) & ~3;
            }
        }
    }

    /** Sends the one message written, and reads its one answer. @throws OsException when it was refused */
    public Message ask(String operation, String subject) throws OsException {
        send();
        while (true) {
            for (Message message : receiveBlocking()) {
                if (message.sequence() != writer.sequence()) continue;
                if (message.type() == Message.ERROR) throw failure(operation, subject, refusal(message));
                return message;
            }
        }
    }

    /** The next datagram's messages; empty when nothing waits. @throws OsException ENOBUFS: notifications were lost */
    public List<Message> receive() throws OsException {
        int length = Libc.recvfrom(fd(), datagram, NativeSocket.MSG_DONTWAIT, MemorySegment.NULL, MemorySegment.NULL);
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) return List.of();
        return messages(length);
    }

    @Override
    public void close() {
        OWN_PORTS.remove(portId);
        socket.close();
    }

    private int bind(Arena arena, int groups) throws OsException {
        // struct sockaddr_nl: family, pad, port id (0: the kernel chooses), groups
        MemorySegment address = arena.allocate(12, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) NativeSocket.AF_NETLINK);
        address.set(ValueLayout.JAVA_INT, 8, groups);
        OsException.check(Libc.bind(fd(), address), "bind", socket.subject());
        MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 12);
        OsException.check(Libc.getsockname(fd(), address, length), "getsockname", socket.subject());
        return address.get(ValueLayout.JAVA_INT, 4);
    }

    private void send() throws OsException {
        int sent = Libc.sendto(fd(), writer.memory(), writer.length(), 0, MemorySegment.NULL);
        OsException.check(sent, "send", socket.subject());
    }

    /** Empty when the table changed meanwhile. */
    private Optional<List<Message>> dumpOnce(String operation, String subject) throws OsException {
        send();
        var entries = new ArrayList<Message>();
        return readDump(operation, subject, entries::add) ? Optional.of(entries) : Optional.empty();
    }

    /** Whether the table was at rest meanwhile. */
    private boolean readDump(String operation, String subject, Consumer<Message> entries) throws OsException {
        boolean interrupted = false;
        while (true) {
            for (Message message : receiveBlocking()) {
                if (message.sequence() != writer.sequence()) continue;
                interrupted |= (message.flags() & Message.DUMP_INTERRUPTED) != 0;
                switch (message.type()) {
                    case Message.ERROR -> throw failure(operation, subject, refusal(message));
                    case Message.DONE -> {
                        int result = message.payload().limit() >= 4 ? message.u32(0) : 0;
                        if (result < 0) throw new OsException(operation, subject, -result);
                        return !interrupted;
                    }
                    default -> entries.accept(message);
                }
            }
        }
    }

    private List<Message> receiveBlocking() throws OsException {
        return messages(receiveBytes());
    }

    private int receiveBytes() {
        int length;
        do {
            length = Libc.recvfrom(fd(), datagram, 0, MemorySegment.NULL, MemorySegment.NULL);
        } while (length == -Errno.EINTR);
        return length;
    }

    private List<Message> messages(int length) throws OsException {
        OsException.check(length, "receive", socket.subject());
        return Message.parse(datagram.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /** struct nlmsgerr: the error, the header of the message, then attributes when the flags say so. */
    private static Refusal refusal(Message message) {
        int hasAttributes = 0x200;
        int messageAttribute = 1;
        String detail = (message.flags() & hasAttributes) == 0
                ? ""
                : message.attributes(20).string(messageAttribute).orElse("");
        return new Refusal(message.sequence(), -message.u32(0), detail);
    }

    private static OsException failure(String operation, String subject, Refusal refusal) {
        return new OsException(operation, subject, refusal.errno, refusal.detail);
    }
}
