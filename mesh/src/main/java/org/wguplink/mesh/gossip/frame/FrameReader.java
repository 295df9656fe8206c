package org.wguplink.mesh.gossip.frame;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one frame. Every read is bounded; running out of bytes is a {@link FrameException}. */
public final class FrameReader {
    private final ByteBuffer buffer;

    FrameReader(byte[] frame) {
        this.buffer = ByteBuffer.wrap(frame);
    }

    public int u8() throws FrameException {
        return Byte.toUnsignedInt(with(1).get());
    }

    /** @param max the largest value accepted */
    public int u16(int max) throws FrameException {
        int value = Short.toUnsignedInt(with(2).getShort());
        if (value > max) throw new FrameException("%d; at most %d".formatted(value, max));
        return value;
    }

    public int i32() throws FrameException {
        return with(4).getInt();
    }

    public long i64() throws FrameException {
        return with(8).getLong();
    }

    /** A text of at most {@code max} bytes, valid UTF-8. */
    public String text(int max) throws FrameException {
        int length = u16(max);
        ByteBuffer from = with(length);
        byte[] bytes = new byte[length];
        from.get(bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FrameException("a text that is not UTF-8");
        }
    }

    void end() throws FrameException {
        if (buffer.hasRemaining()) throw new FrameException("%d bytes too many".formatted(buffer.remaining()));
    }

    /** The buffer, which has that many bytes left. */
    private ByteBuffer with(int bytes) throws FrameException {
        if (bytes > buffer.remaining()) throw new FrameException("cut short");
        return buffer;
    }
}
