package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private static final int MAX_INBOUND = 1024;
    private static final int MAX_OUTBOUND = 1024;
    private static final int MAX_UNREAD = 4096;

    private final ServerSocket server;
    private final String address;
    private final Gate gate;
    private final Consumer<String> refused;
    private final Set<Inbound> inbounds = ConcurrentHashMap.newKeySet();
    private final Map<String, Outbound> outbounds = new ConcurrentHashMap<>();
    private final Sinks.Many<Message> sink = Sinks.many().multicast().directBestEffort();
    private final ReentrantLock emitting = new ReentrantLock();
    private volatile boolean stopped;

    private SocketTransport(ServerSocket server, Gate gate, Consumer<String> refused) {
        this.server = server;
        this.address = server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
        this.gate = gate;
        this.refused = refused;
    }

    /**
     * Binds the one address given.
     *
     * @param refused told of connections that broke the rules; called from any thread
     */
    public static SocketTransport bind(
            InetSocketAddress at, Identity self, Supplier<Roster> roster, Consumer<String> refused) throws IOException {
        if (at.getAddress().isAnyLocalAddress()) throw new IOException("the mesh needs one address, not a wildcard");
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true); // after a restart; two listeners on one port stay impossible
            server.bind(at, 64);
        } catch (IOException e) {
            Sockets.close(server);
            throw e;
        }
        return new SocketTransport(server, new Gate(self, roster), refused);
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
        Sockets.close(server);
        inbounds.forEach(Inbound::close);
        outbounds.values().forEach(Outbound::close);
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
                enqueue(to, Outbound.Item.of(FrameCodec.encode(message), done));
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

    private void enqueue(String to, Outbound.Item item) {
        while (!stopped) {
            Outbound connection = outbounds.get(to);
            if (connection == null) {
                if (outbounds.size() >= MAX_OUTBOUND) {
                    item.sink().error(new IOException("too many connections"));
                    return;
                }
                connection = outbounds.computeIfAbsent(to, this::open);
            }
            if (stopped) connection.close();
            if (connection.offer(item)) return;
            outbounds.remove(to, connection);
        }
        item.sink().error(new IOException("the mesh is closed"));
    }

    private Outbound open(String to) {
        var connection = new Outbound[1];
        connection[0] = new Outbound(to, server.getInetAddress(), gate, () -> outbounds.remove(to, connection[0]));
        Thread.ofVirtual().name("mesh-to-" + to).start(connection[0]);
        return connection[0];
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
                var inbound = new Inbound(socket, address, gate, this::emit, refused);
                inbounds.add(inbound);
                if (stopped) inbound.close();
                Thread.ofVirtual()
                        .name("mesh-from-" + socket.getInetAddress().getHostAddress())
                        .start(() -> {
                            try {
                                inbound.run();
                            } finally {
                                inbounds.remove(inbound);
                            }
                        });
            } catch (IOException e) {
                if (!stopped) LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.getMessage());
                pause();
            }
        }
    }

    private void check() {
        while (!stopped) {
            pause();
            long now = System.nanoTime();
            outbounds.values().forEach(connection -> connection.check(now));
            for (Inbound inbound : inbounds) if (inbound.revoked()) inbound.close();
        }
    }

    private void emit(Message message) {
        emitting.lock();
        try {
            sink.tryEmitNext(message);
        } finally {
            emitting.unlock();
        }
    }

    private void pause() {
        for (int i = 0; i < 10 && !stopped; i++) {
            try {
                Thread.sleep(CHECK_EVERY.dividedBy(10));
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
