package org.wguplink.daemon.consumer;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.PathMtuSearch;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.Echoes;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.linux.ffi.OsException;

/** How large a packet gets through one tunnel, by echoes to its other end while it works. Loop thread only. */
final class TunnelWidth implements AutoCloseable {
    private static final Duration LATELY = Duration.ofSeconds(10);

    private final PathProbes probes;
    private final int number;
    private final Consumer<MonoTime> changed;
    private final Echoes echoes;
    private PathMtuSearch search;

    /**
     * @param usual MTU of the device
     * @param changed hears when something else fits than before
     */
    TunnelWidth(
            PathProbes probes, String device, int number, InetAddress otherEnd, int usual, Consumer<MonoTime> changed)
            throws OsException {
        this.probes = probes;
        this.number = number;
        this.changed = changed;
        this.search = PathMtuSearch.start(usual, EventLoop.now());
        this.echoes = probes.echoes().open(device, number, otherEnd, size -> {
            MonoTime now = EventLoop.now();
            become(search.answered(size, now), now);
        });
    }

    /** What fits where that is less than the device takes; empty: all of it. */
    Optional<Integer> narrowed() {
        return search.fits() < search.usual() ? Optional.of(search.fits()) : Optional.empty();
    }

    /** The device takes something else than before. */
    void usual(int mtu) {
        if (mtu != search.usual()) search = PathMtuSearch.start(mtu, EventLoop.now());
    }

    void tick(MonoTime now) {
        PathMtuSearch.Step step = search.tick(isBusy(now), now);
        step.sizes().forEach(echoes::send);
        become(step.search(), now);
    }

    MonoTime nextWake(MonoTime now) {
        return search.nextWake(isBusy(now));
    }

    private boolean isBusy(MonoTime now) {
        return probes.sentWithin(number, LATELY, now);
    }

    private void become(PathMtuSearch next, MonoTime now) {
        boolean news = next.fits() != search.fits();
        search = next;
        if (news) changed.accept(now);
    }

    @Override
    public void close() {
        echoes.close();
    }
}
