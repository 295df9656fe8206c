package org.wguplink.mesh.roster;

import static org.wguplink.mesh.document.Payload.moment;
import static org.wguplink.mesh.document.Payload.need;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.document.Jws;
import org.wguplink.mesh.document.Payload;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.NodeKey;

/**
 * A node's request to be let in, signed with its own key: who carries it to the master cannot alter it. There is no
 * other way to make one than {@link #verify}, so that having one proves that its signature was checked.
 */
public final class JoinDocument {
    private final PeerId peerId;
    private final NodeKey key;
    private final Instant issuedAt;

    private JoinDocument(PeerId peerId, NodeKey key, Instant issuedAt) {
        this.peerId = peerId;
        this.key = key;
        this.issuedAt = issuedAt;
    }

    @Json(naming = Json.Naming.LowerUnderscore)
    record NodeClaim(
            @Nullable String peerId,
            @Nullable String key,
            @Nullable String issuedAt) {
        JoinDocument join() throws DocumentException {
            return new JoinDocument(
                    new PeerId(need("peer_id", peerId)),
                    NodeKey.parse(need("key", key)),
                    moment("issued_at", issuedAt));
        }
    }

    /** The document of this node, for its user to carry to the master. */
    public static String write(Identity self, Instant now) {
        var claim = new NodeClaim(self.peerId().value(), self.key().text(), now.toString());
        try {
            return Jws.sign(self, DocumentType.NODE, self.peerId().value(), Payload.write(claim));
        } catch (DocumentException e) {
            throw new IllegalStateException("a join document always fits", e);
        }
    }

    public static JoinDocument verify(String jws) throws DocumentException {
        Jws.Content content = Jws.verify(jws.strip(), DocumentType.NODE, claimed -> read(claimed).key);
        JoinDocument join = read(content);
        if (!content.kid().equals(join.peerId.value()))
            throw new DocumentException("signed by '%s', but 'peer_id' is '%s'".formatted(content.kid(), join.peerId));
        return join;
    }

    public PeerId peerId() {
        return peerId;
    }

    public NodeKey key() {
        return key;
    }

    public Instant issuedAt() {
        return issuedAt;
    }

    @Override
    public String toString() {
        return "JoinDocument(%s, %s)".formatted(peerId, key.fingerprint());
    }

    private static JoinDocument read(Jws.Content content) throws DocumentException {
        return Payload.read("join document", NodeClaim.class, content.payload(), NodeClaim::join);
    }
}
