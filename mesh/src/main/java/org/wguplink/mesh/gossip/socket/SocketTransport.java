package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** ScaleCube's port for messages between nodes, over plain sockets on virtual threads. */
public final class SocketTransport implements Transport {
    private static final System.Logger LOG = System.getLogger(SocketTransport.class.getName());
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    /** A port that was closed a moment ago is still taken while a thread of its owner leaves the kernel: 19 ms were seen. */
    private static final Duration STILL_CLOSING = Duration.ofMillis(200);

    private static final int MAX_INBOUND = 1024;
    private static final int MAX_OUTBOUND = 1024;
    private static final int MAX_UNREAD = 4096;

    private final ServerSocket server;
    private final String address;
    private final Gate gate;
    private final Consumer<String> refused;
    private final BiConsumer<PeerId, InetAddress> seen;
    private final Set<Inbound> inbounds = ConcurrentHashMap.newKeySet();
    private final Map<String, Outbound> outbounds = new ConcurrentHashMap<>();
    /** What nodes opened to us, by the address that they listen on: the way back to who cannot be called. */
    private final Map<String, Link> ways = new ConcurrentHashMap<>();
    /** Addresses that could not be connected to while there was such a way. */
    private final Set<String> unreachable = ConcurrentHashMap.newKeySet();

    private final Sinks.Many<Message> sink = Sinks.many().multicast().directBestEffort();
    private final ReentrantLock emitting = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean stopped;

    private SocketTransport(
            ServerSocket server, Gate gate, Consumer<String> refused, BiConsumer<PeerId, InetAddress> seen) {
        this.server = server;
        this.address = server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
        this.gate = gate;
        this.refused = refused;
        this.seen = seen;
    }

    /**
     * Binds the one address given.
     *
     * @param refused told of connections that broke the rules; called from any thread
     * @param seen told from which address a node saw us come; called from any thread
     */
    public static SocketTransport bind(
            InetSocketAddress at,
            Identity self,
            Supplier<Roster> roster,
            Consumer<String> refused,
            BiConsumer<PeerId, InetAddress> seen)
            throws IOException {
        if (at.getAddress().isAnyLocalAddress()) throw new IOException("the mesh needs one address, not a wildcard");
        return new SocketTransport(listen(at), new Gate(self, roster), refused, seen);
    }

    private static ServerSocket listen(InetSocketAddress at) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            var server = new ServerSocket();
            try {
                server.setReuseAddress(true); // after a restart; two listeners on one port stay impossible
                server.bind(at, 64);
                return server;
            } catch (IOException e) {
                Sockets.close(server);
                if (!(e instanceof BindException) || System.nanoTime() - begun > STILL_CLOSING.toNanos()) throw e;
            }
            LockSupport.parkNanos(STILL_CLOSING.toNanos() / 20);
        }
    }

    /** {@code HOST:PORT}, IPv6 without brackets, as everywhere in ScaleCube. */
    @Override
    public String address() {
        return address;
    }

    @Override
    public Mono<Transport> start() {
        return Mono.fromSupplier(() -> {
            Thread.ofVirtual().name("mesh-accept").start(this::accept);
            Thread.ofVirtual().name("mesh-check").start(this::check);
            return this;
        });
    }

    @Override
    public Mono<Void> stop() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    /** Ends every connection and with it every thread. */
    public void close() {
        stopped = true;
        closing.countDown();
        Sockets.close(server);
        inbounds.forEach(inbound -> inbound.link().close());
        outbounds.values().forEach(outbound -> outbound.link().close());
        emitting.lock();
        try {
            sink.tryEmitComplete();
        } finally {
            emitting.unlock();
        }
    }

    @Override
    public Mono<Void> send(String to, Message message) {
        return Mono.create(done -> {
            try {
                enqueue(to, Link.Item.of(FrameCodec.encode(message), done));
            } catch (FrameException e) {
                LOG.log(Level.WARNING, "cannot send {0}: {1}", message.qualifier(), e.getMessage());
                done.error(e);
            }
        });
    }

    @Override
    public Mono<Message> requestResponse(String to, Message request) {
        String correlationId = Objects.requireNonNull(request.correlationId(), "a request needs a correlation id");
        return Mono.create((MonoSink<Message> answer) -> {
            Disposable listening = listen().filter(message -> correlationId.equals(message.correlationId()))
                    .take(1)
                    .subscribe(answer::success, answer::error, answer::success);
            Disposable sending = send(to, request).subscribe(null, answer::error);
            answer.onDispose(Disposables.composite(sending, listening));
        });
    }

    /** Who reads too slowly loses the newest: the engine repeats everything that matters. */
    @Override
    public Flux<Message> listen() {
        return sink.asFlux()
                .onBackpressureBuffer(
                        MAX_UNREAD,
                        lost -> refused.accept("too busy: dropped " + lost.qualifier()),
                        BufferOverflowStrategy.DROP_LATEST);
    }

    private void enqueue(String to, Link.Item item) {
        while (!stopped) {
            Link way = ways.get(to);
            if (way != null && unreachable.contains(to) && way.offer(item)) return;
            Outbound connection = outbounds.get(to);
            if (connection == null) {
                if (outbounds.size() >= MAX_OUTBOUND) {
                    item.sink().error(new IOException("too many connections"));
                    return;
                }
                connection = outbounds.computeIfAbsent(to, this::open);
            }
            if (stopped) connection.link().close();
            if (connection.link().offer(item)) return;
            outbounds.remove(to, connection);
        }
        item.sink().error(new IOException("the mesh is closed"));
    }

    private Outbound open(String to) {
        var connection = new Outbound(to, server.getInetAddress(), address, gate, new Hearing());
        Thread.ofVirtual().name("mesh-to-" + to).start(connection);
        return connection;
    }

    /** What our own connections bring. */
    private final class Hearing implements Outbound.Hearing {
        @Override
        public void greeted(Gate.Host host) {
            seen.accept(host.node().id(), host.seen());
        }

        @Override
        public void received(Message message) {
            emit(message);
        }

        @Override
        public void refused(String why) {
            refused.accept(why);
        }

        @Override
        public void ended(Outbound connection, boolean reached, List<Link.Item> left, IOException why) {
            String to = connection.address();
            outbounds.remove(to, connection);
            Link way = ways.get(to);
            if (!reached && way != null) unreachable.add(to);
            for (Link.Item item : left)
                if (reached || way == null || !way.offer(item)) item.sink().error(why);
        }
    }

    private void accept() {
        while (!stopped) {
            try {
                Socket socket = server.accept();
                if (inbounds.size() >= MAX_INBOUND) {
                    Sockets.close(socket);
                    refused.accept("too many connections");
                    continue;
                }
                var inbound = new Inbound(socket, address, gate, this::admitted, this::emit, refused);
                inbounds.add(inbound);
                if (stopped) inbound.link().close();
                Thread.ofVirtual()
                        .name("mesh-from-" + socket.getInetAddress().getHostAddress())
                        .start(() -> {
                            try {
                                inbound.run();
                            } finally {
                                left(inbound);
                            }
                        });
            } catch (IOException e) {
                if (!stopped) LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.getMessage());
                pause();
            }
        }
    }

    private void admitted(Inbound inbound) {
        ways.put(inbound.address(), inbound.link());
    }

    private void left(Inbound inbound) {
        inbounds.remove(inbound);
        // it may be called again: perhaps it was not behind NAT, but away
        if (ways.remove(inbound.address(), inbound.link())) unreachable.remove(inbound.address());
        for (Link.Item item : inbound.link().end()) item.sink().error(new IOException("closed by the other end"));
    }

    private void check() {
        while (!stopped) {
            pause();
            long now = System.nanoTime();
            for (Outbound outbound : outbounds.values()) check(outbound.link(), outbound.revoked(), now);
            for (Inbound inbound : inbounds) check(inbound.link(), inbound.revoked(), now);
        }
    }

    private static void check(Link link, boolean revoked, long nowNanos) {
        if (revoked) link.close();
        else link.check(nowNanos);
    }

    private void emit(Message message) {
        emitting.lock();
        try {
            sink.tryEmitNext(message);
        } finally {
            emitting.unlock();
        }
    }

    /** For a second, or until it is closed. */
    private void pause() {
        try {
            var _ = closing.await(CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
