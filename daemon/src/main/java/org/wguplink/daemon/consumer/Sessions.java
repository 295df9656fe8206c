package org.wguplink.daemon.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.path.PathNumbers;

/** Knows which peers have a session now, and which path numbers and interfaces are kept for peers. Loop thread only. */
final class Sessions {
    private static final Logger LOG = System.getLogger(Sessions.class.getName());

    private final UplinkSession.Tools tools;
    private final PathNumbers numbers;
    private final UplinkSession.Listener listener;
    private final Map<PeerId, UplinkSession> sessions = new TreeMap<>();

    Sessions(UplinkSession.Tools tools, PathNumbers numbers, UplinkSession.Listener listener) {
        this.tools = tools;
        this.numbers = numbers;
        this.listener = listener;
    }

    /** With the peer's number, or a free one; empty when all are given away. */
    Optional<UplinkSession> begin(PeerId peer, Care care) {
        return numbers.of(peer).map(number -> begin(peer, number, care));
    }

    /** As {@link #begin}, if need be with the number of a peer that has no session, which is {@code freed} before. */
    Optional<UplinkSession> begin(PeerId peer, Care care, IntConsumer freed) {
        return numbers.of(peer, p -> !has(p), freed).map(number -> begin(peer, number, care));
    }

    private UplinkSession begin(PeerId peer, int number, Care care) {
        var session = new UplinkSession(tools, listener, peer, number, care);
        sessions.put(peer, session);
        return session;
    }

    /** It counts no more; empty when there is none. */
    Optional<UplinkSession> remove(PeerId peer) {
        return Optional.ofNullable(sessions.remove(peer));
    }

    void freeNumber(PeerId peer) {
        numbers.free(peer);
    }

    /** Frees the numbers of peers that are not {@code added}. */
    void freeNumbers(Predicate<PeerId> added) {
        for (PeerId peer : numbers.peers()) if (!has(peer) && !added.test(peer)) numbers.free(peer);
    }

    /** The number of the flows that always leave by this peer; empty when all are given away. */
    Optional<Integer> fixedNumber(PeerId peer) {
        return numbers.ofFixed(peer);
    }

    /** Frees the second numbers of peers that are no fixed exit any more. */
    void freeFixed(Predicate<PeerId> fixed, IntConsumer freed) {
        for (PeerId peer : numbers.fixed()) {
            if (fixed.test(peer)) continue;
            numbers.ofFixed(peer).ifPresent(freed::accept);
            numbers.freeFixed(peer);
        }
    }

    /** Writes what could not be written before. */
    void retry() {
        numbers.retry();
    }

    /** Removes the interfaces of peers that are not {@code added}. */
    void removeInterfaces(Set<PeerId> added) {
        Set<String> known = added.stream().map(TunnelName::of).collect(Collectors.toSet());
        tools.loop()
                .work(
                        () -> UplinkTunnel.removeBut(known, tools.tunnels()),
                        removed -> {
                            if (!removed.isEmpty()) LOG.log(Level.INFO, "removed {0}, of no uplink any more", removed);
                        },
                        e -> LOG.log(Level.WARNING, "old interfaces: {0}", Failures.text(e)));
    }

    boolean has(PeerId peer) {
        return sessions.containsKey(peer);
    }

    Optional<UplinkSession> of(PeerId peer) {
        return Optional.ofNullable(sessions.get(peer));
    }

    Optional<Grant> grant(PeerId peer) {
        return of(peer).flatMap(UplinkSession::grant);
    }

    /** Those of this moment, by their peers' names. */
    List<UplinkSession> all() {
        return List.copyOf(sessions.values());
    }

    Optional<PathId.Uplink> uplinkOf(String device) {
        return sessions.values().stream()
                .filter(s -> s.device().equals(device))
                .map(s -> new PathId.Uplink(s.peer()))
                .findFirst();
    }

    /** Where the tunnel of each leads, as far as is known. */
    Map<PathId.Uplink, Endpoint> endpoints() {
        return sessions.values().stream()
                .filter(s -> s.endpoint().isPresent())
                .collect(Collectors.toMap(
                        s -> new PathId.Uplink(s.peer()), s -> s.endpoint().orElseThrow()));
    }
}
