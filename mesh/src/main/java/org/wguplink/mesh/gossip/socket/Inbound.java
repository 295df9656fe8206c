package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.gossip.frame.FrameException;

/** One connection that another node opened: it greets, and then sends frames. */
final class Inbound implements Runnable {
    private static final int GREETING_MILLIS = 5_000;
    /** A frame that has begun must be over by then; a silent connection may stay for {@link #IDLE_MILLIS}. */
    private static final int FRAME_MILLIS = 10_000;

    private static final int IDLE_MILLIS = 300_000;
    static final int TAKEN = 0x06;

    private final Socket socket;
    private final String own;
    private final Gate gate;
    private final Consumer<Message> taken;
    private final Consumer<String> refused;
    private volatile Gate.@Nullable Visitor visitor;

    /** @param own the address that this node listens on, {@code HOST:PORT} */
    Inbound(Socket socket, String own, Gate gate, Consumer<Message> taken, Consumer<String> refused) {
        this.socket = socket;
        this.own = own;
        this.gate = gate;
        this.taken = taken;
        this.refused = refused;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(GREETING_MILLIS);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            var out = new DataOutputStream(socket.getOutputStream());
            visitor = gate.admit(in, out, own);
            while (true) {
                taken.accept(FrameCodec.decode(frame(in)));
                out.write(TAKEN);
            }
        } catch (RefusedException | FrameException e) {
            refused.accept("%s: %s".formatted(name(), e.getMessage()));
        } catch (EOFException e) {
            // the other end is done
        } catch (IOException e) {
            // reset, idle or closed by us: the other end connects again when it has something to say
        }
    }

    /** Whether its node was let in and has lost that trust since. */
    boolean revoked() {
        Gate.Visitor known = visitor;
        return known != null && !gate.trusted(known);
    }

    void close() {
        Sockets.close(socket);
    }

    private byte[] frame(DataInputStream in) throws IOException {
        socket.setSoTimeout(IDLE_MILLIS);
        int first = in.readUnsignedByte();
        socket.setSoTimeout(FRAME_MILLIS);
        int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        if (length < 1 || length > FrameCodec.MAX_FRAME)
            throw new RefusedException("a frame of %s bytes".formatted(Integer.toUnsignedString(length)));
        byte[] frame = new byte[length];
        in.readFully(frame);
        return frame;
    }

    private String name() {
        Gate.Visitor known = visitor;
        return known == null
                ? socket.getInetAddress().getHostAddress()
                : known.id().value();
    }
}
