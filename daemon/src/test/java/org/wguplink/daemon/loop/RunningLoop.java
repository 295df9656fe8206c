package org.wguplink.daemon.loop;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.wguplink.linux.ffi.OsException;

/** A loop that runs on a thread of its own until the test is over. */
public final class RunningLoop implements AutoCloseable {
    private static final long LIMIT_S = 10;

    private final EventLoop loop;
    private final Thread thread;

    public RunningLoop() throws OsException {
        loop = new EventLoop();
        thread = Thread.ofPlatform().name("loop").start(() -> {
            try {
                var idle = new Idle();
                loop.run(idle, idle);
            } catch (OsException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    public EventLoop loop() {
        return loop;
    }

    /** Runs the call on the loop and waits for it. */
    public <T> T call(Callable<T> call) throws Exception {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(LIMIT_S, TimeUnit.SECONDS);
    }

    /** Waits until what was begun on the worker has come back to the loop. */
    public void settle() throws Exception {
        var done = new CompletableFuture<Boolean>();
        loop.execute(() -> loop.work(() -> true, done::complete, done::completeExceptionally));
        done.get(LIMIT_S, TimeUnit.SECONDS);
        call(() -> true);
    }

    @Override
    public void close() throws InterruptedException {
        loop.stop();
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
        loop.close();
    }
}
