package org.wguplink.daemon.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;

/**
 * Those who are told of every change of the state. Each has room for one state, the newest: a slow one misses those
 * between, and costs the loop nothing.
 */
public final class Watchers {
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    Watchers() {}

    /** Loop thread only, as {@link #changed}. */
    Watcher add(Status first, Duration interval, MonoTime now) {
        var watcher = new Watcher(first.steady(), interval, now);
        watchers.add(watcher);
        return watcher;
    }

    int size() {
        return watchers.size();
    }

    /** Tells a state that matters at once, and one that differs in moving figures alone when the interval is over. */
    void changed(Status status, MonoTime now) {
        if (watchers.isEmpty()) return;
        Status steady = status.steady();
        for (Watcher watcher : watchers) watcher.consider(status, steady, now);
    }

    /** One who watches. */
    public final class Watcher implements AutoCloseable {
        private final Duration interval;
        private Status told;
        private MonoTime dueAt;
        private @Nullable Status waiting;
        private boolean closed;

        private Watcher(Status told, Duration interval, MonoTime now) {
            this.told = told;
            this.interval = interval;
            dueAt = now.plus(interval);
        }

        private void consider(Status status, Status steady, MonoTime now) {
            if (steady.equals(told) && !dueAt.isDue(now)) return;
            told = steady;
            dueAt = now.plus(interval);
            synchronized (this) {
                waiting = status;
                notifyAll();
            }
        }

        /** Waits for a state that was not taken yet; empty when the watch is over. */
        synchronized Optional<Status> take() throws InterruptedException {
            while (waiting == null && !closed) wait();
            if (closed) return Optional.empty();
            Optional<Status> next = Optional.ofNullable(waiting);
            waiting = null;
            return next;
        }

        /** From any thread; a second time does nothing. */
        @Override
        public void close() {
            watchers.remove(this);
            synchronized (this) {
                closed = true;
                notifyAll();
            }
        }
    }
}
