package org.wguplink.daemon.loop;

import java.time.Duration;
import org.wguplink.core.time.MonoTime;

/** For a loop that only runs tasks and reads sockets. */
public final class Idle implements EventLoop.Timers, EventLoop.Lookout {
    private static final Duration LONG = Duration.ofHours(1);

    @Override
    public void tick(MonoTime now) {}

    @Override
    public MonoTime nextWake(MonoTime now) {
        return now.plus(LONG);
    }

    @Override
    public MonoTime nextLook() {
        return EventLoop.now().plus(LONG);
    }

    @Override
    public boolean look(MonoTime now) {
        return false;
    }
}
