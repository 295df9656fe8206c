package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import reactor.core.publisher.MonoSink;

/**
 * The frames on one connection, both ways, whoever opened it: a node behind NAT is reached on what it has opened itself.
 * What is to be sent waits in a queue, also before the greeting is over. A frame that is not taken within {@link
 * #PATIENCE} ends the connection: after a partition TCP itself would go on waiting for minutes (RFC 6298, section 5.5),
 * where a new connection works at once.
 */
final class Link {
    static final Duration PATIENCE = Duration.ofSeconds(4);
    /** A frame that has begun must be over by then. */
    private static final int FRAME_MILLIS = 10_000;

    private static final int MAX_QUEUED = 256;
    /** In place of a length: a frame of the other end was taken. */
    private static final byte[] TAKEN = new byte[Integer.BYTES];

    private final Socket socket;
    private final String name;
    private final int idleMillis;
    private final ArrayBlockingQueue<Item> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private volatile long waitingSinceNanos;
    private volatile @Nullable Thread writer;
    private boolean over; // guarded by this

    /**
     * @param frame with its length in front
     * @param sink completes when the frame is handed to the kernel
     */
    record Item(ByteBuffer frame, MonoSink<Void> sink) {
        static Item of(byte[] frame, MonoSink<Void> sink) {
            return new Item(
                    ByteBuffer.allocate(Integer.BYTES + frame.length)
                            .putInt(frame.length)
                            .put(frame)
                            .flip(),
                    sink);
        }
    }

    /**
     * @param name of the other end, for messages
     * @param idleMillis how long nothing may come before the connection ends
     */
    Link(Socket socket, String name, int idleMillis) {
        this.socket = socket;
        this.name = name;
        this.idleMillis = idleMillis;
    }

    /** Queues a frame; false when this connection has ended. A full queue fails the frame itself. */
    synchronized boolean offer(Item item) {
        if (over) return false;
        if (!queue.offer(item)) item.sink().error(new IOException("%s takes no more".formatted(name)));
        return true;
    }

    /** Sends and receives until the connection ends; on the thread of the connection. */
    void run(DataInputStream in, DataOutputStream out, Consumer<Message> received) throws IOException {
        Thread sending = Thread.ofVirtual().name("mesh-send-" + name).unstarted(() -> send(out));
        writer = sending;
        sending.start();
        while (true) {
            byte[] frame = frame(in);
            if (frame.length == 0) {
                taken.incrementAndGet();
                waitingSinceNanos = System.nanoTime();
            } else {
                received.accept(FrameCodec.decode(frame));
                write(out, TAKEN);
            }
        }
    }

    /** Ends the connection when the other end has not taken a frame for too long. */
    void check(long nowNanos) {
        boolean waiting = sent.get() > taken.get();
        if (waiting && nowNanos - waitingSinceNanos > PATIENCE.toNanos()) close();
    }

    void close() {
        Sockets.close(socket);
        Thread waiting = writer;
        if (waiting != null) waiting.interrupt();
    }

    /** Takes no more; what was not sent. Empty the second time. */
    List<Item> end() {
        close();
        List<Item> left = new ArrayList<>();
        synchronized (this) {
            over = true;
            queue.drainTo(left);
        }
        return left;
    }

    private void send(DataOutputStream out) {
        try {
            while (!socket.isClosed()) {
                Item item = queue.take();
                try {
                    if (sent.get() == taken.get()) waitingSinceNanos = System.nanoTime();
                    sent.incrementAndGet();
                    write(out, item.frame().array());
                    item.sink().success();
                } catch (IOException e) {
                    item.sink().error(e);
                    close();
                }
            }
        } catch (InterruptedException e) {
            // closed while waiting for something to send
        }
    }

    private void write(DataOutputStream out, byte[] bytes) throws IOException {
        writing.lock();
        try {
            out.write(bytes);
        } finally {
            writing.unlock();
        }
    }

    /** Empty: a frame of ours was taken. */
    private byte[] frame(DataInputStream in) throws IOException {
        socket.setSoTimeout(idleMillis);
        int first = in.readUnsignedByte();
        socket.setSoTimeout(FRAME_MILLIS);
        int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        if (length < 0 || length > FrameCodec.MAX_FRAME)
            throw new RefusedException("a frame of %s bytes".formatted(Integer.toUnsignedString(length)));
        if (length == 0 && taken.get() >= sent.get()) throw new RefusedException("takes what was not sent");
        byte[] frame = new byte[length];
        in.readFully(frame);
        return frame;
    }
}
