package org.wguplink.mesh.gossip.frame;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * ScaleCube's messages as frames. It is named in {@code META-INF/services}, so that ScaleCube never reaches for its own
 * codec, which is Java deserialization.
 */
public final class FrameCodec implements MessageCodec {
    /** Bytes in a frame: with the 4 bytes of its length in front, 16 KiB on the wire. */
    public static final int MAX_FRAME = 16 * 1024 - Integer.BYTES;

    private static final int VERSION = 1;
    private static final int MAX_CORRELATION_ID = 64;

    public static byte[] encode(Message message) throws FrameException {
        var out = new FrameWriter();
        out.u8(VERSION);
        FrameKind kind = kind(message, false);
        out.u8(kind.code());
        out.text(message.correlationId(), MAX_CORRELATION_ID);
        out.text(message.sender(), MemberFields.MAX_ADDRESS);
        kind.body().write(message.data(), out);
        return out.bytes();
    }

    public static Message decode(byte[] frame) throws FrameException {
        if (frame.length > MAX_FRAME) throw new FrameException("a frame of %d bytes".formatted(frame.length));
        var in = new FrameReader(frame);
        int version = in.u8();
        if (version != VERSION) throw new FrameException("version %d; expected %d".formatted(version, VERSION));
        FrameKind kind = FrameKind.of(in.u8());
        if (kind.gossiped()) throw new FrameException(kind + " outside of a gossip");
        String correlationId = in.text(MAX_CORRELATION_ID);
        String sender = in.text(MemberFields.MAX_ADDRESS);
        Message.Builder message = Message.withQualifier(kind.qualifier());
        if (!correlationId.isEmpty()) message.correlationId(correlationId);
        message.sender(MemberFields.address(sender));
        message.data(kind.body().read(in));
        in.end();
        return message.build();
    }

    /** The message inside a gossip: kind and body. */
    public static void writeGossiped(Message message, FrameWriter out) throws FrameException {
        FrameKind kind = kind(message, true);
        out.u8(kind.code());
        kind.body().write(message.data(), out);
    }

    /** The counterpart of {@link #writeGossiped}. */
    public static Message readGossiped(FrameReader in) throws FrameException {
        FrameKind kind = FrameKind.of(in.u8());
        if (!kind.gossiped()) throw new FrameException(kind + " inside a gossip");
        return Message.withQualifier(kind.qualifier())
                .data(kind.body().read(in))
                .build();
    }

    @Override
    public Message deserialize(InputStream stream) throws IOException {
        return decode(stream.readNBytes(MAX_FRAME + 1));
    }

    @Override
    public void serialize(Message message, OutputStream stream) throws IOException {
        stream.write(encode(message));
    }

    private static FrameKind kind(Message message, boolean gossiped) throws FrameException {
        FrameKind kind = FrameKind.of(message.qualifier())
                .orElseThrow(() -> new FrameException("unknown qualifier '%s'".formatted(message.qualifier())));
        if (kind.gossiped() != gossiped) throw new FrameException(kind + " in the wrong place");
        return kind;
    }
}
