package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.probe.HttpSocket;
import org.wguplink.mesh.names.HostNames;

/**
 * Asks for one page at a time by one path. The server's name is looked up by whatever way the system has: an address of it
 * that is known from before will do, and one that a portal has made up leads to the portal. Loop thread only.
 */
final class PageFetch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PageFetch.class.getName());

    private final EventLoop loop;
    private final HostNames names;
    private final String device;
    private final FwMark mark;
    private final Family family;
    private Optional<HttpSocket> socket = Optional.empty();

    PageFetch(EventLoop loop, HostNames names, String device, FwMark mark, Family family) {
        this.loop = loop;
        this.names = names;
        this.device = device;
        this.mark = mark;
        this.family = family;
    }

    /** As {@link Prober#fetch}. */
    boolean start(HttpUrl page, Consumer<PageAnswer> onAnswer) {
        close();
        String host = page.server().host();
        List<InetAddress> known = page.server().address().map(List::of).orElseGet(() -> names.known(host));
        if (known.isEmpty()) return false;
        // for the next time: it may be another, or a portal's no more
        if (page.server().address().isEmpty()) names.refresh(host);
        known.stream().filter(a -> Family.of(a) == family).findFirst().ifPresent(a -> begin(a, page, onAnswer));
        return true;
    }

    private void begin(InetAddress server, HttpUrl page, Consumer<PageAnswer> onAnswer) {
        try {
            HttpSocket begun = HttpSocket.start(device, mark, server, page);
            socket = Optional.of(begun);
            loop.watchWritable(begun.fd(), () -> {
                if (begun.ask()) loop.watch(begun.fd(), () -> read(begun, onAnswer));
                else close();
            });
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "{0} on {1}: {2}", page, device, Failures.text(e));
        }
    }

    private void read(HttpSocket from, Consumer<PageAnswer> onAnswer) {
        boolean last = !from.read();
        PageAnswer.of(from.beginning(), last).ifPresent(answer -> {
            close();
            onAnswer.accept(answer);
        });
    }

    @Override
    public void close() {
        socket.ifPresent(s -> {
            loop.unwatch(s.fd());
            s.close();
        });
        socket = Optional.empty();
    }
}
