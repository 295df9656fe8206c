package org.wguplink.mesh.gossip.socket;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import reactor.core.publisher.MonoSink;

/**
 * One connection to another node: connects when it is made, sends what is queued, and ends on the first failure; the
 * next send makes a new one. A frame that is not taken within {@link #PATIENCE} ends it too: after a partition TCP
 * itself would go on waiting for minutes (RFC 6298, section 5.5), where a new connection works at once.
 */
final class Outbound implements Runnable {
    static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final int CONNECT_MILLIS = 3_000;
    private static final long IDLE_SECONDS = 240;
    private static final int MAX_QUEUED = 256;

    private final String address;
    private final InetAddress source;
    private final Gate gate;
    private final Runnable ended;
    private final ArrayBlockingQueue<Item> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Socket socket = new Socket();
    private volatile long waitingSinceNanos;
    private volatile @Nullable Thread runner;
    private boolean over; // guarded by this

    /**
     * @param frame with its length in front
     * @param sink completes when the frame is handed to the kernel
     */
    record Item(ByteBuffer frame, MonoSink<Void> sink) {
        static Item of(byte[] frame, MonoSink<Void> sink) {
            return new Item(
                    ByteBuffer.allocate(4 + frame.length)
                            .putInt(frame.length)
                            .put(frame)
                            .flip(),
                    sink);
        }
    }

    /**
     * @param address {@code HOST:PORT} with a literal host: nothing is looked up here
     * @param source the address that connections leave from
     */
    Outbound(String address, InetAddress source, Gate gate, Runnable ended) {
        this.address = address;
        this.source = source;
        this.gate = gate;
        this.ended = ended;
    }

    /** Queues a frame; false when this connection has ended. A full queue fails the frame itself. */
    synchronized boolean offer(Item item) {
        if (over) return false;
        if (!queue.offer(item)) item.sink().error(new IOException("%s takes no more".formatted(address)));
        return true;
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        IOException failure = new IOException(address + ": closed");
        try (socket) {
            send(connect());
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            // closed while waiting for something to send
        } finally {
            end(failure);
        }
    }

    /** Ends the connection when the other end has not taken a frame for too long. */
    void check(long nowNanos) {
        boolean waiting = sent.get() > taken.get();
        if (waiting && nowNanos - waitingSinceNanos > PATIENCE.toNanos()) close();
    }

    void close() {
        Sockets.close(socket);
        Thread waiting = runner;
        if (waiting != null) waiting.interrupt();
    }

    private DataOutputStream connect() throws IOException {
        int colon = address.lastIndexOf(':');
        InetAddress host = literal(address.substring(0, colon));
        int port = Integer.parseInt(address.substring(colon + 1));
        if (Family.of(host) == Family.of(source)) socket.bind(new InetSocketAddress(source, 0));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
        socket.setSoTimeout(CONNECT_MILLIS);
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var out = new DataOutputStream(socket.getOutputStream());
        gate.introduce(in, out, host.getHostAddress() + ":" + port);
        socket.setSoTimeout(0);
        Thread.ofVirtual().name("mesh-taken-" + address).start(() -> countTaken(in));
        return out;
    }

    private static InetAddress literal(String host) throws IOException {
        try {
            return Addresses.parse(host);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void send(DataOutputStream out) throws IOException, InterruptedException {
        while (!socket.isClosed()) {
            Item item = queue.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            if (item == null) return;
            try {
                if (sent.get() == taken.get()) waitingSinceNanos = System.nanoTime();
                sent.incrementAndGet();
                out.write(item.frame().array());
                item.sink().success();
            } catch (IOException e) {
                item.sink().error(e);
                throw e;
            }
        }
    }

    /** Also notices when the other end closes, which would otherwise swallow the next frame. */
    private void countTaken(DataInputStream in) {
        try {
            while (in.readUnsignedByte() == Inbound.TAKEN) {
                taken.incrementAndGet();
                waitingSinceNanos = System.nanoTime();
            }
        } catch (IOException e) {
            // closed by either end
        } finally {
            end(new IOException(address + ": closed by the other end"));
            close();
        }
    }

    private void end(IOException failure) {
        List<Item> left = new ArrayList<>();
        synchronized (this) {
            if (over) return;
            over = true;
            queue.drainTo(left);
        }
        ended.run();
        for (Item item : left) item.sink().error(failure);
    }
}
