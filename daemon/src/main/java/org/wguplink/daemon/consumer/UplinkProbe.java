package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.PathProbe;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.linux.ffi.OsException;

/** The probes through the tunnel of one uplink while there is one, and what they find. Loop thread only. */
final class UplinkProbe implements PathProbe.Listener {
    private final PathProbes probes;
    private final String device;
    private final int number;
    private final PathProbe.Listener listener;
    private Care care;
    private boolean inUse;
    private Optional<PathProbe> probe = Optional.empty();
    private Optional<String> complaint = Optional.empty();
    private Pulse pulse = Pulse.unknown(EventLoop.now());

    UplinkProbe(PathProbes probes, String device, int number, Care care, PathProbe.Listener listener) {
        this.probes = probes;
        this.device = device;
        this.number = number;
        this.care = care;
        this.listener = listener;
    }

    /** The tunnel is there, or another one under its name: begins anew. */
    void start() throws OsException {
        stop();
        probe = Optional.of(probes.open(device, number, care.targets(), care.probes(inUse), this));
    }

    void stop() {
        probe.ifPresent(PathProbe::close);
        probe = Optional.empty();
        complaint = Optional.empty();
        pulse = pulse.judged(Verdict.UNKNOWN, EventLoop.now());
    }

    @Override
    public void judged(Verdict verdict, MonoTime now) {
        pulse = pulse.judged(verdict, now);
        listener.judged(verdict, now);
    }

    @Override
    public void rated(Optional<String> next, MonoTime now) {
        complaint = next;
        listener.rated(next, now);
    }

    /** What is wrong with it while it lives; empty: nothing. */
    Optional<String> complaint() {
        return complaint;
    }

    Verdict verdict() {
        return probe.map(PathProbe::verdict).orElse(Verdict.UNKNOWN);
    }

    Optional<Duration> latency() {
        return probe.flatMap(PathProbe::latency);
    }

    /** Since when what works, and what not. */
    Pulse pulse() {
        return pulse;
    }

    /** Whether it works, and nobody would miss it for a second. */
    boolean idle() {
        return !inUse && verdict() == Verdict.UP;
    }

    void configure(Care next, MonoTime now) throws OsException {
        care = next;
        if (probe.isEmpty()) return;
        if (probe.get().track(next.targets())) probe.get().pace(next.probes(inUse), now);
        else start();
    }

    /** Whether the tunnel carries traffic now: probed at the pace of that. */
    void inUse(boolean carries, MonoTime now) {
        if (inUse == carries) return;
        inUse = carries;
        probe.ifPresent(p -> p.pace(care.probes(carries), now));
    }

    /** What it rides on has died: until something comes back through it, it is not believed to live. */
    void doubt(MonoTime now) {
        probe.ifPresent(p -> p.doubt(now));
    }

    void hurry(MonoTime now) {
        probe.ifPresent(p -> p.hurry(now));
    }

    void tick(MonoTime now) {
        probe.ifPresent(p -> p.tick(now));
    }

    Optional<MonoTime> nextWake() {
        return probe.map(PathProbe::nextWake);
    }
}
