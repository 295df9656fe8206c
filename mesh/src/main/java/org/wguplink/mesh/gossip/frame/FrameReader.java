package org.wguplink.mesh.gossip.frame;

import java.nio.BufferUnderflowException;
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
        try {
            return Byte.toUnsignedInt(buffer.get());
        } catch (BufferUnderflowException e) {
            throw cutShort();
        }
    }

    /** @param max the largest value accepted */
    public int u16(int max) throws FrameException {
        try {
            int value = Short.toUnsignedInt(buffer.getShort());
            if (value > max) throw new FrameException("%d; at most %d".formatted(value, max));
            return value;
        } catch (BufferUnderflowException e) {
            throw cutShort();
        }
    }

    public int i32() throws FrameException {
        try {
            return buffer.getInt();
        } catch (BufferUnderflowException e) {
            throw cutShort();
        }
    }

    public long i64() throws FrameException {
        try {
            return buffer.getLong();
        } catch (BufferUnderflowException e) {
            throw cutShort();
        }
    }

    /** A text of at most {@code max} bytes, valid UTF-8. */
    public String text(int max) throws FrameException {
        int length = u16(max);
        if (length > buffer.remaining()) throw cutShort();
        ByteBuffer slice = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw new FrameException("a text that is not UTF-8");
        }
    }

    void end() throws FrameException {
        if (buffer.hasRemaining()) throw new FrameException("%d bytes too many".formatted(buffer.remaining()));
    }

    private static FrameException cutShort() {
        return new FrameException("cut short");
    }
}
