package org.wguplink.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A netlink message as received.
 *
 * @param portId of the socket whose request caused it; 0 for the kernel itself
 * @param payload what follows the header, in the machine's byte order
 */
public record Message(int type, int flags, int sequence, int portId, ByteBuffer payload) {
    static final int NOOP = 1;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    /** {@code NLM_F_DUMP_INTR}: the table changed while it was dumped. */
    static final int DUMP_INTERRUPTED = 0x10;

    /** Length of struct nlmsghdr, and where its fields are. */
    static final int HEADER = 16;

    static final int TYPE = 4;
    static final int SEQUENCE = 8;

    /** The messages of a datagram. A damaged rest is left out. */
    static List<Message> parse(byte[] datagram) {
        var messages = new ArrayList<Message>();
        ByteBuffer buffer = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEADER <= datagram.length) {
            int length = buffer.getInt(at);
            if (length < HEADER || length > datagram.length - at) break;
            messages.add(new Message(
                    Short.toUnsignedInt(buffer.getShort(at + TYPE)),
                    Short.toUnsignedInt(buffer.getShort(at + 6)),
                    buffer.getInt(at + SEQUENCE),
                    buffer.getInt(at + 12),
                    buffer.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder())));
            at += (length + 3) & ~3;
        }
        return messages;
    }

    /** The unsigned byte at {@code offset} of the payload. */
    public int u8(int offset) {
        return Byte.toUnsignedInt(payload.get(offset));
    }

    public int u32(int offset) {
        return payload.getInt(offset);
    }

    /** The attributes after a fixed header of {@code offset} bytes. */
    public Attributes attributes(int offset) {
        return Attributes.parse(payload, offset);
    }
}
