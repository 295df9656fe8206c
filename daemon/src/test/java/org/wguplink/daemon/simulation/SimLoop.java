package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.time.WallClock;

/** The loop of one run of a node. What the worker is given takes some milliseconds, one call after the other. */
final class SimLoop implements Loop {
    private static final int LONGEST_CALL_MS = 15;
    private static final int LONGEST_ASIDE_MS = 3000;

    private final Agenda agenda;
    private final RandomGenerator random;
    private final WallClock wall;
    private final Consumer<Runnable> node;
    private MonoTime workerFree;

    /** @param node does a task as its loop does, while this run of it lives */
    SimLoop(Agenda agenda, RandomGenerator random, WallClock wall, Consumer<Runnable> node) {
        this.agenda = agenda;
        this.random = random;
        this.wall = wall;
        this.node = node;
        this.workerFree = agenda.now();
    }

    @Override
    public WallClock wall() {
        return wall;
    }

    @Override
    public void execute(Runnable task) {
        agenda.after(Duration.ZERO, () -> node.accept(task));
    }

    @Override
    public <T> void work(Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        MonoTime begin = workerFree.isBefore(agenda.now()) ? agenda.now() : workerFree;
        workerFree = begin.plus(Duration.ofMillis(1 + random.nextInt(LONGEST_CALL_MS)));
        agenda.at(workerFree, () -> node.accept(() -> run(call, done, failed)));
    }

    @Override
    public <T> void aside(String name, Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        agenda.after(
                Duration.ofMillis(100 + random.nextInt(LONGEST_ASIDE_MS)),
                () -> node.accept(() -> run(call, done, failed)));
    }

    private static <T> void run(Blocking<T> call, Consumer<T> done, Consumer<Exception> failed) {
        T result;
        try {
            result = call.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            failed.accept(e);
            return;
        }
        done.accept(result);
    }
}
