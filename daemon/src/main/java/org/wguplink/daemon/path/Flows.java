package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.conntrack.Conntrack;
import org.wguplink.linux.conntrack.FlowEnder;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.tcp.OwnSockets;
import org.wguplink.linux.tcp.Tickler;

/**
 * Ends the flows of dead paths: UDP moves by itself once it is tracked no more, TCP ends are told. The kernel reports which
 * connections it deletes for us; where it does not, they are listed as soon as a path is suspected, on a thread of its own
 * since that takes its time, and deleted after that: what is deleted cannot be listed.
 */
final class Flows implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Flows.class.getName());

    /** TCP connections of a path that are told; those beyond it notice by themselves. */
    private static final int MOST = 4096;
    /** How old a list may be when its path dies: a suspicion is decided within that time. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** How old a list may be when the kernel has forgotten the connections by itself. */
    private static final Duration OLD = Duration.ofMinutes(1);
    /** A list that young is not made again: a path may be suspected often. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("flows").factory());
    private final Executor loop;
    private final FlowEnder ender;
    /** For the thread. */
    private final Conntrack conntrack;

    private final Tickler tickler;
    private final OwnSockets sockets;
    private final Map<Integer, Noted> noted = new ConcurrentHashMap<>();
    private boolean destroys = true;

    private record Noted(List<TcpFlow> flows, MonoTime at) {
        /** The same of these families alone. */
        List<TcpFlow> of(Set<Family> families) {
            return flows.stream()
                    .filter(f -> families.contains(f.original().family()))
                    .toList();
        }

        boolean within(Duration age, MonoTime now) {
            return now.isBefore(at.plus(age));
        }
    }

    /** @param loop where a bug is thrown, so that it ends the process */
    Flows(Executor loop) throws OsException {
        this.loop = loop;
        ender = new FlowEnder();
        conntrack = new Conntrack();
        tickler = new Tickler(Layout.TICKLE);
        sockets = new OwnSockets();
    }

    /** The path may die soon: which connections does it carry? */
    void suspected(int number) {
        if (!ender.reported()) note(number);
    }

    /** Which connections does the path carry? The kernel may forget them by itself. */
    void note(int number) {
        run(() -> {
            Noted last = noted.get(number);
            if (last == null || !last.within(PAUSE, EventLoop.now())) list(number);
        });
    }

    /** New flows of these families take another path already: those that are pinned to this one end or move. */
    void end(int number, Set<Family> families) {
        Noted last = taken(number, families);
        MonoTime now = EventLoop.now();
        if (ender.reported() || (last != null && last.within(FRESH, now))) {
            delete(number, families);
            // also those that the kernel has forgotten by itself, since a masqueraded device went down
            List<TcpFlow> before = last != null && last.within(OLD, now) ? last.of(families) : List.of();
            run(() -> {
                var flows = new LinkedHashSet<>(before);
                flows.addAll(deleted());
                tell(List.copyOf(flows));
            });
            return;
        }
        run(() -> {
            // one that was being made meanwhile is fresh
            if (!noted.containsKey(number)) list(number);
            Noted listed = taken(number, families);
            delete(number, families);
            var _ = deleted();
            if (listed != null) tell(listed.of(families));
        });
    }

    /** What was noted of a path; that of a family that lives stays noted. */
    private @Nullable Noted taken(int number, Set<Family> families) {
        return families.equals(Family.BOTH) ? noted.remove(number) : noted.get(number);
    }

    private void delete(int number, Set<Family> families) {
        try {
            ender.deleteByMark(Layout.mark(number), families);
        } catch (OsException e) {
            LOG.log(Level.WARNING, "flows of path {0} are not ended: {1}", number, Failures.text(e));
        }
    }

    private List<TcpFlow> deleted() {
        try {
            return ender.deleted(MOST);
        } catch (OsException e) {
            LOG.log(Level.WARNING, "which flows have ended is not known: {0}", Failures.text(e));
            return List.of();
        }
    }

    /** What was begun is done to its end. */
    @Override
    public void close() {
        thread.close();
        ender.close();
        conntrack.close();
        tickler.close();
        sockets.close();
    }

    private void run(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                loop.execute(() -> {
                    throw e;
                });
            }
        });
    }

    private void list(int number) {
        MonoTime now = EventLoop.now();
        noted.values().removeIf(n -> !n.within(OLD, now));
        try {
            noted.put(number, new Noted(conntrack.tcpFlows(Layout.mark(number), MOST), now));
        } catch (OsException e) {
            LOG.log(Level.WARNING, "flows of path {0} are not listed: {1}", number, Failures.text(e));
        }
    }

    private void tell(List<TcpFlow> flows) {
        try {
            int told = 0;
            for (Tuple tickle : TcpFlow.tickles(flows)) if (tickler.send(tickle)) told++;
            LOG.log(Level.DEBUG, "{0} TCP connections had their path end, {1} segments sent", flows.size(), told);
            if (destroys) destroy(flows);
        } catch (OsException e) {
            LOG.log(Level.WARNING, "TCP connections are not told that their path is dead: {0}", Failures.text(e));
        }
    }

    /** A connection that this machine began itself. Those that others began to it may yet come back by that path. */
    private void destroy(List<TcpFlow> flows) throws OsException {
        Set<Tuple> begun = new HashSet<>();
        for (TcpFlow flow : flows) begun.add(flow.original());
        try {
            int ended = sockets.destroy(begun);
            if (ended > 0) LOG.log(Level.DEBUG, "{0} TCP connections of this machine ended", ended);
        } catch (OsException e) {
            if (e.errno() != Errno.EOPNOTSUPP) throw e;
            destroys = false;
            LOG.log(Level.DEBUG, "this kernel cannot end sockets (CONFIG_INET_DIAG_DESTROY)");
        }
    }
}
