package org.wguplink.mesh.gossip;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * Keeps a signed request from being played twice. It must be issued within {@link #FRESH} of now, and its nonce is
 * remembered for as long as that holds. Bounded for each peer, so that one peer cannot crowd out the others; a peer that
 * fills its share is refused, never forgotten. Not thread-safe.
 */
final class NonceCache {
    static final Duration FRESH = Duration.ofMinutes(2);
    static final int MAX_PER_PEER = 64;

    private final Map<PeerId, Map<String, Instant>> seen = new HashMap<>();

    /**
     * Takes note of a request.
     *
     * @param peer a member of the roster, which bounds how many there are
     * @return why it must be refused; empty when it is fresh and new
     */
    Optional<String> check(PeerId peer, String nonce, Instant issuedAt, Instant now) {
        if (issuedAt.isBefore(now.minus(FRESH))) return Optional.of("issued at %s: too old".formatted(issuedAt));
        if (issuedAt.isAfter(now.plus(FRESH))) return Optional.of("issued at %s: in the future".formatted(issuedAt));
        for (Map<String, Instant> nonces : seen.values())
            nonces.values().removeIf(issued -> issued.isBefore(now.minus(FRESH)));
        seen.values().removeIf(Map::isEmpty);
        Map<String, Instant> nonces = seen.computeIfAbsent(peer, _ -> new HashMap<>());
        if (nonces.containsKey(nonce)) return Optional.of("replayed");
        if (nonces.size() >= MAX_PER_PEER) return Optional.of("too many requests of '%s'".formatted(peer));
        nonces.put(nonce, issuedAt);
        return Optional.empty();
    }
}
