package org.wguplink.daemon.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Call;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;
import org.wguplink.daemon.control.Calls.RefusedException;
import org.wguplink.daemon.control.Calls.Watching;

/**
 * One client of the control socket, served by a thread of its own: requests are answered in their order. A client that
 * does not take what it is sent, or says nothing for long, is hung up on.
 */
final class Connection {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    /**
     * @param answer longest time for one call
     * @param write longest time that the client may leave a message untaken
     * @param idle longest silence of a client that does not watch
     */
    record Limits(Duration answer, Duration write, Duration idle) {}

    private final SocketChannel client;
    private final Calls calls;
    private final Limits limits;
    private final ScheduledExecutorService clock;
    private final Object writing = new Object();
    private Optional<Watchers.Watcher> watch = Optional.empty();

    /** @param clock hangs up when a limit is over */
    Connection(SocketChannel client, Calls calls, Limits limits, ScheduledExecutorService clock) {
        this.client = client;
        this.calls = calls;
        this.limits = limits;
        this.clock = clock;
    }

    /** Serves until either side ends it. */
    void serve() {
        try (client;
                InputStream in = new BufferedInputStream(Channels.newInputStream(client))) {
            for (Optional<String> line = nextLine(in); line.isPresent(); line = nextLine(in)) answer(line.get());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control client: {0}", e.getMessage());
        } finally {
            watch.ifPresent(Watchers.Watcher::close);
        }
    }

    private Optional<String> nextLine(InputStream in) throws IOException {
        if (watch.isPresent()) return readLine(in);
        ScheduledFuture<?> limit = hangUpAfter(limits.idle());
        try {
            return readLine(in);
        } finally {
            limit.cancel(false);
        }
    }

    private void answer(String line) throws IOException {
        Call call;
        try {
            call = Call.read(line);
        } catch (Call.BadCallException e) {
            if (e.answer().isPresent()) write(e.answer().get().line());
            return;
        }
        Optional<Watchers.Watcher> begun = Optional.empty();
        Response response;
        try {
            Object result = result(call);
            if (result instanceof Watching(var first, var watcher)) {
                begun = Optional.of(watcher);
                result = first;
            }
            response = Response.result(call.id().orElse("null"), Wire.encode(result));
        } catch (RefusedException e) {
            response = Response.error(call.id().orElse(null), e.code(), String.valueOf(e.getMessage()));
        }
        if (call.id().isEmpty()) {
            begun.ifPresent(Watchers.Watcher::close);
            return;
        }
        if (begun.isPresent()) watch = begun;
        write(response.line());
        begun.ifPresent(w -> Thread.ofPlatform().daemon().name("control-watch").start(() -> pass(w)));
    }

    private Object result(Call call) throws RefusedException {
        if (call.method() == Method.WATCH && watch.isPresent())
            throw new RefusedException(Response.REFUSED, "this connection watches already");
        CompletableFuture<Object> result = calls.call(call.method(), call.params(), this::tell);
        try {
            return result.get(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) throw refused;
            throw internal(call, e.getCause());
        } catch (TimeoutException e) {
            // a watch that begins after all has nobody to tell
            var _ = result.thenAccept(late -> {
                if (late instanceof Watching watching) watching.watcher().close();
            });
            throw new RefusedException(
                    Response.INTERNAL_ERROR,
                    "no answer within %d s".formatted(limits.answer().toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Response.INTERNAL_ERROR, "shutting down");
        }
    }

    private static RefusedException internal(Call call, @Nullable Throwable cause) {
        LOG.log(Level.ERROR, "control request " + call.method().wireName(), cause);
        return new RefusedException(Response.INTERNAL_ERROR, String.valueOf(cause));
    }

    private void pass(Watchers.Watcher watcher) {
        try {
            for (var status = watcher.take(); status.isPresent(); status = watcher.take())
                write(Wire.encode(Notification.of(Notification.STATUS, status.get())));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control client: {0}", e.getMessage());
            hangUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tell(Notification notification) {
        try {
            write(Wire.encode(notification));
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control client: {0}", e.getMessage());
            return false;
        }
    }

    private void write(String line) throws IOException {
        ByteBuffer out = StandardCharsets.UTF_8.encode(line + "\n");
        synchronized (writing) {
            ScheduledFuture<?> limit = hangUpAfter(limits.write());
            try {
                while (out.hasRemaining()) client.write(out);
            } finally {
                limit.cancel(false);
            }
        }
    }

    private ScheduledFuture<?> hangUpAfter(Duration limit) throws IOException {
        try {
            return clock.schedule(this::hangUp, limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("the daemon is ending", e);
        }
    }

    /** Wakes up whoever reads or writes. */
    private void hangUp() {
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control client: {0}", e.getMessage());
        }
    }

    /** The next line; empty at the end, or when a line is longer than the protocol allows. */
    private static Optional<String> readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') return Optional.of(line.toString(StandardCharsets.UTF_8));
            if (line.size() >= Wire.MAX_LINE) return Optional.empty();
            line.write(b);
        }
        return Optional.empty();
    }
}
