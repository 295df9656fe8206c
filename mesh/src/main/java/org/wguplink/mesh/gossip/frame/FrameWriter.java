package org.wguplink.mesh.gossip.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the fields of one frame, of at most {@link FrameCodec#MAX_FRAME} bytes. */
public final class FrameWriter {
    private ByteBuffer buffer = ByteBuffer.allocate(512);

    public void u8(int value) throws FrameException {
        room(1).put((byte) value);
    }

    public void u16(int value) throws FrameException {
        room(2).putShort((short) value);
    }

    public void i32(int value) throws FrameException {
        room(4).putInt(value);
    }

    public void i64(long value) throws FrameException {
        room(8).putLong(value);
    }

    /** A text of at most {@code max} bytes; null is written as the empty one. */
    public void text(@Nullable String text, int max) throws FrameException {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > max) throw new FrameException("a text of %d bytes; at most %d".formatted(bytes.length, max));
        u16(bytes.length);
        room(bytes.length).put(bytes);
    }

    byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int more) throws FrameException {
        int needed = buffer.position() + more;
        if (needed > FrameCodec.MAX_FRAME)
            throw new FrameException("a frame of more than %d bytes".formatted(FrameCodec.MAX_FRAME));
        if (needed > buffer.capacity()) {
            var larger = ByteBuffer.allocate(Math.min(FrameCodec.MAX_FRAME, Math.max(needed, 2 * buffer.capacity())));
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }
}
