package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.net.StatusLine;
import org.wguplink.core.selection.LoadRate;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;
import org.wguplink.linux.probe.HttpSocket;

/**
 * Loads one path with one page, by several connections at once, and counts what comes; nothing of it is kept. The connections
 * are flows of the path as any other, so that its watch sees them as a sign of life. For one thread, which is not the loop's.
 */
final class Download implements AutoCloseable {
    /** One alone may be held up by its window, or by a server that limits each. */
    private static final int CONNECTIONS = 4;

    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration GLANCE = Duration.ofMillis(50);
    private static final Duration TELLS = Duration.ofSeconds(1);
    /** Packets are read in bulk, so that the processor is left to the kernel. */
    private static final Duration BREATH = Duration.ofMillis(2);

    /**
     * What is loaded.
     *
     * @param name of the path, for people
     * @param families that it carries now, at least one
     * @param time from the first byte to the end
     */
    record Order(HttpUrl page, String name, String device, FwMark mark, Set<Family> families, Duration time) {}

    /** What came of it, until {@code end}. */
    record Outcome(InetAddress server, LoadRate rate, MonoTime end) {}

    /** Hears once a second what has come so far; whether anybody still waits for the end. */
    interface Listener {
        boolean comes(LoadRate soFar, MonoTime now);
    }

    /** Why it tells nothing of the path, one sentence. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private FailedException(String message) {
            super(message);
        }
    }

    private final Order order;
    private final InetAddress server;
    private final Listener listener;
    private final Poller poller = new Poller();
    private final List<HttpSocket> open = new ArrayList<>();
    private Optional<LoadRate> rate = Optional.empty();
    private boolean pageEnded;
    /** What became of the last connection that is no more. */
    private String trouble = "no connection";

    private Download(Order order, InetAddress server, Listener listener) throws OsException {
        this.order = order;
        this.server = server;
        this.listener = listener;
    }

    /** Blocks for the time of the order and some 10 s at most. */
    static Outcome run(Order order, Listener listener) throws OsException, FailedException {
        try (var download = new Download(order, server(order), listener)) {
            return download.run();
        }
    }

    /** As {@code PageFetch}: the name is looked up by whatever way the system has. IPv4 first. */
    private static InetAddress server(Order order) throws FailedException {
        String host = order.page.server().host();
        List<InetAddress> known = order.page.server().address().map(List::of).orElseGet(() -> lookUp(host));
        if (known.isEmpty()) throw new FailedException("'%s' of measure_url: no such name is found".formatted(host));
        return known.stream()
                .filter(address -> order.families.contains(Family.of(address)))
                .min(Comparator.comparing(Family::of))
                .orElseThrow(() -> new FailedException(
                        "'%s' of measure_url has no address of a family that %s carries".formatted(host, order.name)));
    }

    /** On a thread that can be left alone: the system's resolver may take very long. */
    private static List<InetAddress> lookUp(String host) {
        var found = new CompletableFuture<List<InetAddress>>();
        Thread.ofPlatform().daemon().name("uplink-measure-name").start(() -> {
            try {
                found.complete(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException e) {
                found.complete(List.of());
            }
        });
        return found.completeOnTimeout(List.of(), PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private Outcome run() throws OsException, FailedException {
        for (int i = 0; i < CONNECTIONS; i++) begin();
        MonoTime latest = EventLoop.now().plus(PATIENCE);
        MonoTime tellAt = latest;
        while (true) {
            poller.poll(GLANCE);
            MonoTime now = EventLoop.now();
            if (rate.isEmpty()) {
                if (open.isEmpty()) throw failed(trouble);
                if (latest.isDue(now)) throw failed("no answer within %d s".formatted(PATIENCE.toSeconds()));
                tellAt = now.plus(TELLS);
                continue;
            }
            LoadRate soFar = rate.get();
            if (soFar.isOver(order.time, now) || (pageEnded && soFar.tells(now)))
                return new Outcome(server, soFar, now);
            if (pageEnded)
                throw failed(
                        "the page ended after %d bytes on %d connections: measure_url needs a larger one, of 100 MB"
                                .formatted(soFar.bytes(), CONNECTIONS));
            if (open.isEmpty()) throw failed(trouble);
            if (soFar.isSilent(now)) throw failed("nothing comes any more");
            if (tellAt.isDue(now)) {
                if (!listener.comes(soFar, now)) throw failed("nobody waits for the outcome");
                tellAt = tellAt.plus(TELLS);
            }
            LockSupport.parkNanos(BREATH.toNanos());
        }
    }

    private FailedException failed(String why) {
        return new FailedException(
                "%s from %s by %s: %s".formatted(order.page, server.getHostAddress(), order.name, why));
    }

    private void begin() throws OsException {
        HttpSocket socket = HttpSocket.startWide(order.device, order.mark, server, order.page);
        open.add(socket);
        poller.watchWritable(socket.fd(), () -> {
            if (socket.ask()) poller.watch(socket.fd(), () -> readBeginning(socket));
            else end(socket, "no connection");
        });
    }

    private void readBeginning(HttpSocket socket) {
        boolean more = socket.read();
        Optional<StatusLine> line = StatusLine.of(socket.beginning());
        if (line.isEmpty()) {
            if (!more) end(socket, "no answer that is HTTP");
        } else if (line.get().status().isEmpty()) end(socket, "no answer that is HTTP");
        else if (line.get().status().get() != OK)
            end(
                    socket,
                    "the answer has status %d instead of 200"
                            .formatted(line.get().status().get()));
        else {
            count(socket.beginning().length());
            poller.watch(socket.fd(), () -> drop(socket));
        }
    }

    private void drop(HttpSocket socket) {
        try {
            OptionalInt came = socket.drop();
            if (came.isPresent()) count(came.getAsInt());
            else {
                pageEnded = true;
                end(socket, "the page ended");
            }
        } catch (OsException e) {
            end(socket, "the connection broke off: " + Failures.text(e));
        }
    }

    private void count(int bytes) {
        MonoTime now = EventLoop.now();
        if (bytes > 0)
            rate = Optional.of(rate.orElseGet(() -> LoadRate.begin(now)).with(bytes, now));
    }

    private void end(HttpSocket socket, String why) {
        trouble = why;
        open.remove(socket);
        poller.unwatch(socket.fd());
        socket.close();
    }

    @Override
    public void close() {
        open.forEach(HttpSocket::close);
        poller.close();
    }
}
