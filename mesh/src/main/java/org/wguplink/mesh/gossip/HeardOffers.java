package org.wguplink.mesh.gossip;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.roster.Roster;

/**
 * The last accepted offer of each member, as it was written: gossip brings the same one again and again, and verifying a
 * signature costs more than comparing a text. Bounded by the roster. Not thread-safe.
 */
final class HeardOffers {
    private final Map<PeerId, String> documents = new HashMap<>();
    private @Nullable Roster under;

    /** Whether exactly this document was accepted under this very roster; another roster makes it forget all. */
    boolean holds(String document, Roster roster) {
        if (!roster.equals(under)) {
            documents.clear();
            under = roster;
        }
        return documents.containsValue(document);
    }

    void note(PeerId peer, String document) {
        documents.put(peer, document);
    }
}
