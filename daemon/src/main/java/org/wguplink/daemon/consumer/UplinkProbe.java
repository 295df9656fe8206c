package org.wguplink.daemon.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.path.FamilyProbes;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.linux.ffi.OsException;

/** The probes through the tunnel of one uplink while there is one, and what they find. Loop thread only. */
final class UplinkProbe {
    /** Hears whether the tunnel works, and of anything that is new of it. */
    interface Listener {
        void judged(Verdict tunnel, MonoTime now);

        void changed(MonoTime now);
    }

    private final FamilyProbes probes;
    private final Listener listener;
    private Care care;
    private boolean inUse;
    private Pulse pulse = Pulse.unknown(EventLoop.now());

    UplinkProbe(PathProbes probes, String device, int number, Care care, Listener listener) {
        this.probes = new FamilyProbes(probes, device, number, new Findings());
        this.care = care;
        this.listener = listener;
    }

    /** The tunnel is there, or another one under its name: begins anew. */
    void start() throws OsException {
        stop();
        probes.ask(care.targets(), care.probes(inUse), EventLoop.now());
    }

    void stop() {
        probes.close();
        pulse = pulse.judged(Verdict.UNKNOWN, EventLoop.now());
    }

    /** What is wrong with it while it lives; empty: nothing. */
    Optional<String> complaint(Family family) {
        return probes.complaint(family);
    }

    /** Of IPv4, or of what there is instead. */
    Verdict verdict() {
        return verdict(Family.IPV4);
    }

    Verdict verdict(Family family) {
        return probes.verdict(family);
    }

    Optional<Duration> latency() {
        return probes.latency();
    }

    /** The better of the two verdicts: a tunnel works that carries one family. */
    private Verdict best() {
        for (Verdict verdict : List.of(Verdict.UP, Verdict.SUSPECT, Verdict.UNKNOWN))
            if (verdict(Family.IPV4) == verdict || verdict(Family.IPV6) == verdict) return verdict;
        return Verdict.DOWN;
    }

    private final class Findings implements FamilyProbes.Listener {
        @Override
        public void judged(Set<Family> families, Verdict verdict, MonoTime now) {
            Verdict tunnel = best();
            boolean news = tunnel != pulse.verdict();
            if (news) pulse = pulse.judged(tunnel, now);
            // new flows leave first what has died
            if (verdict == Verdict.DOWN) listener.changed(now);
            if (news) listener.judged(tunnel, now);
            if (verdict != Verdict.DOWN) listener.changed(now);
        }

        @Override
        public void rated(Set<Family> families, Optional<String> complaint, MonoTime now) {
            listener.changed(now);
        }
    }

    /** Since when the tunnel works, and when not. */
    Pulse pulse() {
        return pulse;
    }

    /** Whether it works, and nobody would miss it for a second. */
    boolean idle() {
        return !inUse && pulse.verdict() == Verdict.UP;
    }

    void configure(Care next, MonoTime now) throws OsException {
        care = next;
        if (!probes.isEmpty()) probes.ask(next.targets(), next.probes(inUse), now);
    }

    /** Whether the tunnel carries traffic now: probed at the pace of that. */
    void inUse(boolean carries, MonoTime now) {
        if (inUse == carries) return;
        inUse = carries;
        probes.pace(care.probes(carries), now);
    }

    /** What it rides on has died: until something comes back through it, it is not believed to live. */
    void doubt(MonoTime now) {
        probes.doubt(now);
    }

    void hurry(MonoTime now) {
        probes.hurry(now);
    }

    void tick(MonoTime now) {
        probes.tick(now);
    }

    Optional<MonoTime> nextWake() {
        return probes.nextWake();
    }
}
