package org.wguplink.daemon.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.wguplink.control.Done;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.Status;
import org.wguplink.control.TestStage;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** Answers without a node: a state that the test changes, a test of one stage, and one method that never ends. */
final class FakeCalls implements Calls {
    /** How the text of {@link #status} goes on after its state. */
    static final String AFTER_STATE = "\",\"reason\":\"\",\"since\":\"\",\"failover_enabled\":true,";

    final Watchers watchers = new Watchers();
    final List<Method> seen = Collections.synchronizedList(new ArrayList<>());
    /** Who waits for a measurement that never ends. */
    final List<Caller> waiting = Collections.synchronizedList(new ArrayList<>());

    private final Calls real;

    /** @param real answers what is refused before a node is looked at */
    FakeCalls(Calls real) {
        this.real = real;
    }

    void change(String state) {
        watchers.changed(status(state), EventLoop.now());
    }

    @Override
    public CompletableFuture<Object> call(Method method, Params params, Caller caller) {
        seen.add(method);
        return switch (method) {
            case WATCH -> {
                Status now = status("direct");
                yield CompletableFuture.completedFuture(
                        new Watching(now, watchers.add(now, Duration.ofHours(1), EventLoop.now())));
            }
            case UPLINK_TEST -> {
                if (params.peerId() != null) yield real.call(method, params, caller);
                caller.tell(
                        Notification.of(Notification.STAGE, new TestStage("tunnel", "ok", "it answers", List.of())));
                yield CompletableFuture.completedFuture(new Done(true, "tested"));
            }
            case UPLINK_MEASURE -> {
                waiting.add(caller);
                yield new CompletableFuture<>();
            }
            case UPLINK_OFFER, UPLINK_LIST -> CompletableFuture.completedFuture(new Done(true, "done"));
            case UPLINK_WITHDRAW -> new CompletableFuture<>();
            default -> real.call(method, params, caller);
        };
    }

    static Status status(String state) {
        return new Status(
                "0.1.0",
                "nodeC",
                1,
                state,
                null,
                "",
                "",
                true,
                new Status.Wan("wan", "up", true, 8.0, null, null),
                List.of(),
                "wan",
                null,
                new Status.Offering(false, false, null, null, List.of()),
                new Status.Mesh(null, 1, 1, 1, null),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    static MonoTime seconds(int seconds) {
        return new MonoTime(Duration.ofSeconds(seconds).toNanos());
    }
}
