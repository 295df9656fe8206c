package org.wguplink.daemon.loop;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.wguplink.daemon.time.WallClock;

/** Where everything that decides runs, one after the other: as such a thing sees it. A simulation has one of its own. */
public interface Loop extends Executor {
    /** A call that may block. */
    interface Blocking<T> {
        T call() throws Exception;
    }

    /** The time of day, for what is signed or expires. From any thread. */
    WallClock wall();

    /** Runs the task on the loop thread, soon. From any thread. */
    @Override
    void execute(Runnable task);

    /** Runs the call on the worker thread, and one of the two continuations on the loop. Calls run in order. */
    <T> void work(Blocking<T> call, Consumer<T> done, Consumer<Exception> failed);

    /** As {@link #work}, on a thread of its own that has this name: for what takes seconds. */
    <T> void aside(String name, Blocking<T> call, Consumer<T> done, Consumer<Exception> failed);
}
