package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.KernelNetwork;
import org.wguplink.linux.netlink.NetworkEvent;

/**
 * Hears the kernel's network events. A changed link is passed on at once; the whole network is read anew soon after any
 * event, at most ten times a second, however many routes somebody changes.
 */
public final class NetworkWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(NetworkWatch.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Who is told. */
    public interface Listener {
        void linkChanged(Link link, MonoTime now);

        /** Routes or rules of ours may be gone: what is installed must be read before the next change. */
        void oursMayBeGone();

        void observed(NetworkSnapshot network, MonoTime now);
    }

    private final EventLoop loop;
    private final KernelNetwork network;
    private final Listener listener;
    private MonoTime lastLook = EventLoop.now();
    private Optional<MonoTime> lookAt = Optional.empty();

    public NetworkWatch(EventLoop loop, KernelNetwork network, Listener listener) {
        this.loop = loop;
        this.network = network;
        this.listener = listener;
    }

    /** Begins to listen, and looks for the first time. */
    public void start(MonoTime now) {
        loop.watch(network.fd(), this::readEvents);
        look(now);
    }

    /** Looks again, now. */
    public void look(MonoTime now) {
        lastLook = now;
        lookAt = Optional.empty();
        try {
            listener.observed(network.snapshot(), now);
        } catch (OsException e) {
            // the kernel interrupts a dump when the tables change under it: soon again
            LOG.log(Level.DEBUG, "the network cannot be read: {0}", Failures.text(e));
            lookAt = Optional.of(now.plus(PAUSE));
        }
    }

    public void tick(MonoTime now) {
        if (lookAt.filter(t -> t.isDue(now)).isPresent()) look(now);
    }

    public Optional<MonoTime> nextWake() {
        return lookAt;
    }

    private void readEvents() {
        MonoTime now = EventLoop.now();
        try {
            for (NetworkEvent event : network.readEvents()) {
                switch (event) {
                    case NetworkEvent.LinkChanged(var link) -> {
                        // a switch does not wait for what the kernel has kept
                        listener.linkChanged(link, now);
                        if (!link.up()) listener.oursMayBeGone();
                    }
                    case NetworkEvent.LinkGone gone -> listener.oursMayBeGone();
                    case NetworkEvent.RulesChanged changed -> listener.oursMayBeGone();
                    case NetworkEvent.Overrun lost -> listener.oursMayBeGone();
                    // with the last address of a device the kernel drops every IPv4 route by it, and does not say so
                    case NetworkEvent.AddressesChanged changed -> listener.oursMayBeGone();
                    case NetworkEvent.MainRoutesChanged changed -> {}
                }
                MonoTime soon = lastLook.plus(PAUSE);
                lookAt = Optional.of(soon.isBefore(now) ? now : soon);
            }
        } catch (OsException e) {
            throw new IllegalStateException("the kernel's events cannot be read", e);
        }
    }

    @Override
    public void close() {
        loop.unwatch(network.fd());
        network.close();
    }
}
