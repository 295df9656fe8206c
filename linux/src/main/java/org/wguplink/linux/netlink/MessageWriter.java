package org.wguplink.linux.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one after another into a native buffer that is used again and again. Headers and attributes
 * are aligned to 4 bytes, numbers are in the machine's order unless a method says otherwise (linux/netlink.h).
 */
public final class MessageWriter {
    /** A message that wants an answer: {@code NLM_F_REQUEST}. */
    public static final int REQUEST = 0x1;

    /** {@code NLM_F_ACK}: an answer also when all went well. */
    public static final int ACK = 0x4;

    public static final int REPLACE = 0x100;
    public static final int EXCLUSIVE = 0x200;
    public static final int CREATE = 0x400;

    /** {@code NLM_F_ROOT | NLM_F_MATCH}: the whole table. */
    public static final int DUMP = 0x300;

    private static final int CAPACITY = 1 << 16;
    private static final int HEADER = 16;
    private static final int NESTED = 0x8000;

    private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY, 8);
    private final ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    private int messageStart;
    private int count;
    private int acknowledged;
    private int sequence;

    /** Forgets what was written. */
    public MessageWriter clear() {
        buffer.clear();
        count = 0;
        acknowledged = 0;
        return this;
    }

    /** Starts a message, which {@link #end()} closes. Its sequence number is one more than the one before. */
    public MessageWriter begin(int type, int flags) {
        messageStart = buffer.position();
        buffer.putInt(0).putShort((short) type).putShort((short) flags);
        if ((flags & ACK) != 0) acknowledged++;
        buffer.putInt(++sequence).putInt(0);
        return this;
    }

    public MessageWriter end() {
        align();
        buffer.putInt(messageStart, buffer.position() - messageStart);
        count++;
        return this;
    }

    public MessageWriter u8(int... values) {
        for (int value : values) buffer.put((byte) value);
        return this;
    }

    public MessageWriter u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    public MessageWriter u32(int value) {
        buffer.putInt(value);
        return this;
    }

    public MessageWriter attribute(int type, byte[] value) {
        header(type, value.length);
        buffer.put(value);
        align();
        return this;
    }

    public MessageWriter attribute(int type, InetAddress value) {
        return attribute(type, value.getAddress());
    }

    /** A string with its terminating zero. */
    public MessageWriter attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        header(type, text.length + 1);
        buffer.put(text).put((byte) 0);
        align();
        return this;
    }

    public MessageWriter attributeU8(int type, int value) {
        header(type, 1);
        buffer.put((byte) value);
        align();
        return this;
    }

    public MessageWriter attributeU16(int type, int value) {
        header(type, 2);
        buffer.putShort((short) value);
        align();
        return this;
    }

    public MessageWriter attributeU32(int type, int value) {
        header(type, 4);
        buffer.putInt(value);
        return this;
    }

    /** Two ports in the machine's order: struct fib_rule_port_range. */
    public MessageWriter attributePortRange(int type, int first, int last) {
        header(type, 4);
        buffer.putShort((short) first).putShort((short) last);
        return this;
    }

    /** In network order, as netfilter has it. */
    public MessageWriter attributeBigEndianU64(int type, long value) {
        header(type, Long.BYTES);
        buffer.putLong(buffer.order() == ByteOrder.LITTLE_ENDIAN ? Long.reverseBytes(value) : value);
        return this;
    }

    /** In network order, as netfilter has it. */
    public MessageWriter attributeBigEndianU32(int type, int value) {
        return attributeU32(type, buffer.order() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) : value);
    }

    /** Starts an attribute that holds attributes. @return its position, for {@link #endNested} */
    public int beginNested(int type) {
        int start = buffer.position();
        header(type | NESTED, 0);
        return start;
    }

    public MessageWriter endNested(int start) {
        buffer.putShort(start, (short) (buffer.position() - start));
        return this;
    }

    /** How many messages are written. */
    public int count() {
        return count;
    }

    /** How many of them ask for an acknowledgement. */
    public int acknowledged() {
        return acknowledged;
    }

    /** Sequence number of the last message. */
    public int sequence() {
        return sequence;
    }

    /** Bytes written. */
    public int length() {
        return buffer.position();
    }

    /** Room left, in bytes. */
    public int remaining() {
        return buffer.remaining();
    }

    MemorySegment memory() {
        return memory;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        byte[] copy = new byte[buffer.position()];
        buffer.get(0, copy);
        return copy;
    }

    private void header(int type, int length) {
        buffer.putShort((short) (4 + length)).putShort((short) type);
    }

    private void align() {
        while (buffer.position() % 4 != 0) buffer.put((byte) 0);
        assert buffer.position() >= messageStart + HEADER : "a message without begin()";
    }
}
