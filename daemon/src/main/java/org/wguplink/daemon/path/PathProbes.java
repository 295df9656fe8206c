package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.route.Layout;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.mesh.names.HostNames;

/**
 * All paths that are probed, and the counters of their traffic: these are read often while somebody sends, so that what
 * stays without an answer is noticed at once. Loop thread only.
 */
public final class PathProbes implements EventLoop.Lookout, AutoCloseable {
    private static final Logger LOG = System.getLogger(PathProbes.class.getName());
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final Prober.Opener probers;
    private final Echoes.Opener echoes;
    private final Counters counters;
    private final List<PathProbe> probes = new ArrayList<>();
    private MonoTime lookAt = EventLoop.now();

    /** @param names of the servers of pages that are asked for */
    public PathProbes(EventLoop loop, HostNames names) throws OsException {
        this(
                (device, number, family, onAnswer) ->
                        ProbeSockets.open(loop, names, device, Layout.probe(number), family, onAnswer),
                Echoes.by(loop),
                Counters.ofKernel());
    }

    public PathProbes(Prober.Opener probers, Echoes.Opener echoes, Counters counters) {
        this.probers = probers;
        this.echoes = echoes;
        this.counters = counters;
    }

    /**
     * Probes of a path from now on, until they are closed.
     *
     * @param targets at least one, all of one family
     */
    public PathProbe open(
            String device, int number, List<InetAddress> targets, ProbeSettings settings, PathProbe.Listener listener)
            throws OsException {
        PathProbe probe = new PathProbe(probers, device, number, targets, settings, listener, probes::remove);
        probes.add(probe);
        return probe;
    }

    public Echoes.Opener echoes() {
        return echoes;
    }

    @Override
    public MonoTime nextLook() {
        return lookAt;
    }

    @Override
    public boolean look(MonoTime now) {
        lookAt = now.plus(PathProbe.IDLE);
        if (probes.isEmpty()) return false;
        try {
            counters.read();
        } catch (OsException e) {
            LOG.log(Level.WARNING, "traffic is not watched: {0}", Failures.text(e));
            lookAt = now.plus(AFTER_FAILURE);
            return false;
        }
        boolean found = false;
        // a verdict may close a probe, or open one
        for (PathProbe probe : List.copyOf(probes)) {
            if (!probes.contains(probe)) continue;
            found |= probe.look(counters, now);
            MonoTime next = probe.nextLook(now);
            if (next.isBefore(lookAt)) lookAt = next;
        }
        return found;
    }

    /** Whether flows of a path have sent something in so much time. */
    public boolean sentWithin(int number, Duration time, MonoTime now) {
        return probes.stream().anyMatch(p -> p.number() == number && p.sentWithin(time, now));
    }

    @Override
    public void close() {
        counters.close();
    }
}
