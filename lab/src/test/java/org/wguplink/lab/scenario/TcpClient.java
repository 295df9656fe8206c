package org.wguplink.lab.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.inet.InNamespace;

/** A TCP connection to the internet that does one thing until it ends. */
final class TcpClient implements AutoCloseable {
    /** Where a {@link Server} listens. */
    static final int PORT = 7019;

    private static final int CHUNK_BYTES = 1000;
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** What the client does. */
    enum Work {
        SEND('S'),
        DOWNLOAD('D'),
        WAIT('W');

        private final char letter;

        Work(char letter) {
            this.letter = letter;
        }
    }

    /** How it ended. */
    record End(String why, MonoTime at) {}

    private final Work work;
    private final SocketChannel channel;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable End end;

    private TcpClient(Work work, SocketChannel channel) {
        this.work = work;
        this.channel = channel;
    }

    /** Connects from a namespace. */
    static TcpClient connect(String namespace, String address, Work work) throws IOException {
        return connect(namespace, null, address, work);
    }

    /** The same from one address of that namespace; null: any. */
    static TcpClient connect(String namespace, @Nullable String from, String address, Work work) throws IOException {
        var to = new InetSocketAddress(InetAddress.ofLiteral(address), PORT);
        SocketChannel channel = InNamespace.call(namespace, SocketChannel::open);
        if (from != null) channel.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        channel.connect(to);
        var client = new TcpClient(work, channel);
        client.channel.write(ByteBuffer.wrap(new byte[] {(byte) work.letter}));
        if (client.channel.read(ByteBuffer.allocate(1)) != 1) throw new IOException("no welcome from " + to);
        Thread.ofPlatform().daemon().name("tcp " + work).start(client::run);
        return client;
    }

    Work work() {
        return work;
    }

    /** How it ended; empty while it lives. */
    Optional<End> end() {
        return Optional.ofNullable(end);
    }

    /** Bytes carried so far, either way. */
    long bytes() {
        return bytes.get();
    }

    /** Whether a word of its own is answered, for one that waits. */
    boolean isAnswered() throws IOException {
        long before = bytes.get();
        channel.write(ByteBuffer.allocate(1));
        for (int i = 0; i < 200 && bytes.get() == before; i++) Await.pause(Duration.ofMillis(50));
        return bytes.get() > before;
    }

    @Override
    public String toString() {
        return work + (end == null ? " lives" : " ended: " + end);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void run() {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try {
            while (true) {
                int moved = work == Work.SEND ? channel.write(chunk.clear()) : channel.read(chunk.clear());
                if (moved < 0) throw new IOException("closed by the other end");
                bytes.addAndGet(moved);
                if (work == Work.SEND) Await.pause(PAUSE);
            }
        } catch (IOException e) {
            end = new End(String.valueOf(e.getMessage()), new MonoTime(System.nanoTime()));
        }
    }

    /** The other end, on every address of a namespace: takes, sends, or answers, as the first byte asks. */
    static final class Server implements AutoCloseable {
        private final ServerSocketChannel listener;

        private Server(ServerSocketChannel listener) {
            this.listener = listener;
        }

        static Server start(String namespace) throws IOException {
            var server = new Server(InNamespace.call(
                    namespace, () -> ServerSocketChannel.open().bind(new InetSocketAddress(PORT), 128)));
            Thread.ofPlatform().daemon().name("tcp server").start(server::accept);
            return server;
        }

        private void accept() {
            while (listener.isOpen()) {
                try {
                    SocketChannel client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException e) {
                    if (listener.isOpen()) throw new UncheckedIOException(e);
                }
            }
        }

        private static void serve(SocketChannel client) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            try (client) {
                client.read(chunk.limit(1));
                int asked = chunk.get(0);
                client.write(chunk.flip());
                while (true) {
                    if (asked == Work.DOWNLOAD.letter) {
                        client.write(chunk.clear());
                        Await.pause(PAUSE);
                    } else if (client.read(chunk.clear()) < 0) {
                        return;
                    } else if (asked == Work.WAIT.letter) {
                        client.write(chunk.flip());
                    }
                }
            } catch (IOException _) {
                // The client is gone, which is what this is about.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
