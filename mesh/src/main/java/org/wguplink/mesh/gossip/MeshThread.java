package org.wguplink.mesh.gossip;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which documents are verified and the listener is called. What the network brings waits in a bounded
 * queue, and is dropped beyond it; what is due by the clock or by membership is never dropped.
 */
final class MeshThread implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MeshThread.class.getName());
    private static final int MAX_WAITING = 1024;

    private final Semaphore room = new Semaphore(MAX_WAITING);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final ScheduledThreadPoolExecutor executor;

    MeshThread(String name) {
        executor = new ScheduledThreadPoolExecutor(
                1, task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        must(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Lets the tasks run that were handed in so far. */
    void begin() {
        begun.countDown();
    }

    /** Runs a task, unless there are too many already. */
    void hand(Runnable task) {
        if (!room.tryAcquire()) return;
        must(() -> {
            room.release();
            task.run();
        });
    }

    void must(Runnable task) {
        after(Duration.ZERO, task);
    }

    void after(Duration delay, Runnable task) {
        try {
            var _ = executor.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.TRACE, "closed", e);
        }
    }

    void every(Duration period, Runnable task) {
        var _ = executor.scheduleWithFixedDelay(
                () -> guarded(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        begun.countDown();
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(1, TimeUnit.SECONDS)) LOG.log(Level.WARNING, "a listener does not return");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A bug in a task ends the task, not the thread's other work, and goes where uncaught exceptions go. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
