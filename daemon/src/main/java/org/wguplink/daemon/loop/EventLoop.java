package org.wguplink.daemon.loop;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.time.WallClock;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;
import org.wguplink.linux.loop.Urgency;

/**
 * One thread that waits for readable sockets, tasks from other threads, and the next timer. Everything that decides runs
 * here, so nothing of it needs a lock. {@link #worker} is for what may block.
 */
public final class EventLoop implements Loop, AutoCloseable {
    /** The monotonic clock of a simulation, in nanoseconds; unbound in a daemon. */
    public static final ScopedValue<LongSupplier> SIMULATED = ScopedValue.newInstance();

    /** What runs on the loop. */
    public interface Timers {
        /** Does what is due. */
        void tick(MonoTime now);

        /** When {@link #tick} is to be called next. */
        MonoTime nextWake(MonoTime now);
    }

    /** Looks often, and costs little: the timers run only when it has found something. */
    public interface Lookout {
        /** When {@link #look} is to be called next. */
        MonoTime nextLook();

        /** Whether something has changed. */
        boolean look(MonoTime now);
    }

    private static final Logger LOG = System.getLogger(EventLoop.class.getName());

    /** Others may send faster than we read. */
    private static final int MOST_DRAINED = 4;

    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

    private final WallClock wall;
    private final Poller poller;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("worker").factory());
    private volatile boolean stopped;

    public EventLoop() throws OsException {
        this(WallClock.ofSystem());
    }

    public EventLoop(WallClock wall) throws OsException {
        this.wall = wall;
        poller = new Poller();
    }

    @Override
    public WallClock wall() {
        return wall;
    }

    public static MonoTime now() {
        return new MonoTime(SIMULATED.isBound() ? SIMULATED.get().getAsLong() : System.nanoTime());
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        poller.wakeUp();
    }

    @Override
    public <T> void work(Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        worker.execute(() -> run(call, done, failed));
    }

    @Override
    public <T> void aside(String name, Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        Thread.ofPlatform().daemon().name(name).start(() -> run(call, done, failed));
    }

    private <T> void run(Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        try {
            T result = call.call();
            execute(() -> done.accept(result));
        } catch (RuntimeException | Error e) {
            // a bug, which ends the loop
            execute(() -> {
                throw e;
            });
        } catch (Exception e) {
            execute(() -> failed.accept(e));
        }
    }

    public void watch(int fd, Runnable onReadable) {
        poller.watch(fd, onReadable);
    }

    public void watchWritable(int fd, Runnable onWritable) {
        poller.watchWritable(fd, onWritable);
    }

    public void unwatch(int fd) {
        poller.unwatch(fd);
    }

    /** Runs until {@link #stop}. An unchecked exception is a bug and ends it: the caller lets the process die. */
    public void run(Timers timers, Lookout lookout) throws OsException {
        if (!Urgency.raise()) LOG.log(Level.DEBUG, "not allowed to run ahead of others");
        MonoTime wake = now();
        boolean found = false;
        while (!stopped) {
            MonoTime now = now();
            if (lookout.nextLook().isDue(now)) found |= lookout.look(now);
            if (found || wake.isDue(now)) {
                now = drained();
                timers.tick(now);
                wake = timers.nextWake(now);
            }
            found = poller.poll(untilNext(wake, lookout.nextLook()));
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
                found = true;
            }
        }
    }

    /**
     * A moment before which nothing is left unread: this process may have been paused, and that is no silence of others.
     * Later than all that was read.
     */
    private MonoTime drained() throws OsException {
        MonoTime now = now();
        for (int i = 0; i < MOST_DRAINED && poller.poll(Duration.ZERO); i++) now = now();
        return now;
    }

    private Duration untilNext(MonoTime wake, MonoTime look) {
        Duration wait = (look.isBefore(wake) ? look : wake).since(now());
        if (wait.isNegative() || !tasks.isEmpty()) return Duration.ZERO;
        return wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
    }

    public void stop() {
        stopped = true;
        poller.wakeUp();
    }

    @Override
    public void close() {
        worker.shutdownNow();
        poller.close();
    }
}
