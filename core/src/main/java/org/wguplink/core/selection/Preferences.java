package org.wguplink.core.selection;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;

/**
 * Who chooses, and how.
 *
 * @param self the node that chooses; empty as long as it has no name
 * @param latency {@code option prefer_latency}: whether latency counts at all
 * @param inUse the uplink that carries traffic now
 */
public record Preferences(Optional<PeerId> self, boolean latency, Optional<PeerId> inUse) {
    /**
     * The lot of a peer, the lowest first: rendezvous hashing (Thaler and Ravishankar, 1998), so that nodes spread evenly over
     * equal peers, and only those of a peer that goes away choose anew. FNV-1a, mixed as in SplitMix64.
     */
    long lot(PeerId peer) {
        String pair = self.map(PeerId::value).orElse("") + "/" + peer.value();
        long hash = 0xcbf29ce484222325L;
        for (byte b : pair.getBytes(StandardCharsets.UTF_8)) hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
