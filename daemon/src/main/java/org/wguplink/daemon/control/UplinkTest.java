package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.wguplink.control.TestResult;
import org.wguplink.core.net.Family;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;
import org.wguplink.linux.probe.IcmpSocket;

/** Reaches the internet through one uplink, whatever carries the traffic now. */
final class UplinkTest {
    private static final int PROBES = 5;
    private static final Duration SPACING = Duration.ofMillis(100);

    private UplinkTest() {}

    /** Blocks for at most {@code patience} after the last probe. */
    static TestResult run(PeerId peer, PathRoute route, List<InetAddress> targets, Duration patience)
            throws OsException {
        Family family = Family.of(targets.getFirst());
        List<InetAddress> ofFamily =
                targets.stream().filter(t -> Family.of(t) == family).toList();
        Map<Integer, Long> sentAt = new HashMap<>();
        var roundTrips = new HashMap<Integer, Long>();
        try (var poller = new Poller();
                var socket = IcmpSocket.open(route.device(), Layout.mark(route.number()), family)) {
            poller.watch(socket.fd(), () -> {
                try {
                    for (var reply = socket.receive(); reply.isPresent(); reply = socket.receive()) {
                        Long sent = sentAt.get(reply.get().sequence());
                        if (sent != null) roundTrips.putIfAbsent(reply.get().sequence(), System.nanoTime() - sent);
                    }
                } catch (OsException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < PROBES; i++) {
                sentAt.put(i, System.nanoTime());
                socket.send(ofFamily.get(i % ofFamily.size()), i);
                waitFor(poller, SPACING, () -> false);
            }
            waitFor(poller, patience, () -> roundTrips.size() == PROBES);
        }
        Double latency = roundTrips.isEmpty()
                ? null
                : roundTrips.values().stream()
                                .mapToLong(Long::longValue)
                                .average()
                                .orElseThrow()
                        / 1e6;
        return new TestResult(
                !roundTrips.isEmpty(),
                peer.value(),
                route.device(),
                PROBES,
                roundTrips.size(),
                latency,
                roundTrips.isEmpty()
                        ? "no answer from the internet through " + peer
                        : "%d of %d probes came back through %s".formatted(roundTrips.size(), PROBES, peer));
    }

    private static void waitFor(Poller poller, Duration longest, BooleanSupplier enough) throws OsException {
        long end = System.nanoTime() + longest.toNanos();
        while (!enough.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) return;
            poller.poll(Duration.ofNanos(left));
        }
    }
}
