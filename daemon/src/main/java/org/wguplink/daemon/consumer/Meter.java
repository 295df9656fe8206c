package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.selection.RateWindow;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.LinkTraffic;

/** Watches how much passes the uplink in use, and keeps what that shows of its bandwidth. Loop thread only. */
public final class Meter {
    private static final Logger LOG = System.getLogger(Meter.class.getName());

    /** The kernel's counters of a device; empty when there is none. */
    public interface Counters {
        Optional<LinkTraffic> traffic(String device) throws OsException;
    }

    private final Measurements measurements;
    private final Counters counters;
    private Optional<PeerId> inUse = Optional.empty();
    private Optional<RateWindow> window = Optional.empty();
    private MonoTime lookAt = EventLoop.now();

    /** @param file where measurements are kept over restarts */
    public Meter(Loop loop, Path file, Counters counters) {
        this.measurements = new Measurements(loop, file);
        this.counters = counters;
    }

    Measurements measurements() {
        return measurements;
    }

    /** @param active the peer whose tunnel carries traffic now */
    void tick(Optional<PeerId> active, MonoTime now) {
        measurements.tick(now);
        if (!active.equals(inUse)) window = Optional.empty();
        inUse = active;
        if (active.isEmpty() || !lookAt.isDue(now)) return;
        lookAt = now.plus(RateWindow.LOOKS);
        look(active.get(), now);
    }

    private void look(PeerId peer, MonoTime now) {
        String device = TunnelName.of(peer);
        try {
            window = counters.traffic(device)
                    .map(t -> window.map(w -> w.look(t.rxBytes(), t.txBytes(), now))
                            .orElseGet(() -> RateWindow.start(t.rxBytes(), t.txBytes(), now)));
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "traffic of {0}: {1}", device, Failures.text(e));
            window = Optional.empty();
        }
        window.flatMap(RateWindow::seen).ifPresent(seen -> measurements.bandwidth(peer, seen));
    }

    Optional<MonoTime> nextWake() {
        return inUse.map(peer -> lookAt);
    }
}
