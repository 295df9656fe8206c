package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelMtu;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.path.PathProbes;
import org.wguplink.linux.ffi.OsException;

/**
 * How large the packets of one uplink may be: what both ends' lines take, and, while it works, what the way between them
 * lets through. Loop thread only.
 */
final class UplinkMtu {
    private static final Logger LOG = System.getLogger(UplinkMtu.class.getName());

    private final PathProbes probes;
    private final PeerId peer;
    private final String device;
    private final int number;
    private final Consumer<MonoTime> narrowed;
    /** As the device was set last. */
    private int set;

    private Optional<TunnelWidth> width = Optional.empty();

    /** @param narrowed hears when less fits than before, or more */
    UplinkMtu(PathProbes probes, PeerId peer, String device, int number, Consumer<MonoTime> narrowed) {
        this.probes = probes;
        this.peer = peer;
        this.device = device;
        this.number = number;
        this.narrowed = narrowed;
    }

    /** What fits where something on the way swallows packets that the device takes. */
    Optional<Integer> narrowed() {
        return width.flatMap(TunnelWidth::narrowed);
    }

    /** What this end takes, whose line takes so much. */
    int within(int line) {
        return narrowed().map(fits -> Math.min(fits, line)).orElse(line);
    }

    int set() {
        return set;
    }

    /** What the device is to have by this grant. */
    int by(Grant grant, int line) {
        // what is narrow on the way is a matter of routes: the device stays as it is, so that more can be tried
        return narrowed().isPresent() ? set : Math.max(TunnelMtu.LEAST, Math.min(grant.mtu(), line));
    }

    void set(int mtu) {
        set = mtu;
        width.ifPresent(w -> w.usual(mtu));
    }

    /** The tunnel works: whatever its probes do not tell is looked for. */
    void watch(Grant grant) {
        if (width.isPresent()) return;
        try {
            width = Optional.of(
                    new TunnelWidth(probes, device, number, grant.addresses().provider4(), set, this::changed));
        } catch (OsException e) {
            LOG.log(Level.WARNING, "uplink {0}: {1}", peer, Failures.text(e));
        }
    }

    private void changed(MonoTime now) {
        LOG.log(
                Level.INFO,
                "uplink {0}: packets of {1} bytes fit, and no larger ones",
                peer,
                narrowed().orElse(set));
        narrowed.accept(now);
    }

    void stop() {
        width.ifPresent(TunnelWidth::close);
        width = Optional.empty();
    }

    void tick(Verdict tunnel, MonoTime now) {
        if (tunnel == Verdict.UP) width.ifPresent(w -> w.tick(now));
    }

    /** When {@link #tick} has something to do next; empty while the tunnel does not work. */
    Optional<MonoTime> nextWake(Verdict tunnel, MonoTime now) {
        return width.filter(_ -> tunnel == Verdict.UP).map(w -> w.nextWake(now));
    }
}
