package org.wguplink.mesh.roster;

import static org.wguplink.mesh.document.Payload.moment;
import static org.wguplink.mesh.document.Payload.need;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.document.Jws;
import org.wguplink.mesh.document.Payload;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.identity.NodeKey;

/** A roster as JSON, and as a document. */
@Json(naming = Json.Naming.LowerUnderscore)
record RosterJson(
        @Nullable String master,
        long serial,
        @Nullable String issuedAt,
        @Nullable String expiresAt,
        @Nullable List<NodeJson> nodes) {
    private static final String KID = "master";

    @Json(naming = Json.Naming.LowerUnderscore)
    record NodeJson(
            @Nullable String peerId,
            @Nullable String key,
            @Nullable String role) {}

    static String sign(Roster roster, MasterKey master) throws DocumentException {
        List<NodeJson> nodes = roster.nodes().stream()
                .map(node -> new NodeJson(node.id().value(), node.key().text(), node.role()))
                .toList();
        var json = new RosterJson(
                roster.master().text(),
                roster.serial(),
                roster.issuedAt().toString(),
                roster.expiresAt().toString(),
                nodes);
        return Jws.sign(master, DocumentType.ROSTER, KID, Payload.write(json));
    }

    /** @param pinned the one master accepted; absent before the first import, when the roster's own is taken */
    static Roster verify(String jws, @Nullable NodeKey pinned) throws DocumentException {
        Jws.Content content = Jws.verify(jws, DocumentType.ROSTER, claimed -> {
            if (!claimed.kid().equals(KID))
                throw new DocumentException("a roster signed by '%s'; expected '%s'".formatted(claimed.kid(), KID));
            return pinned != null ? pinned : read(claimed).master();
        });
        Roster roster = read(content);
        if (pinned != null && !pinned.equals(roster.master()))
            throw new DocumentException("the roster names another master than the one that signed it");
        return roster;
    }

    private static Roster read(Jws.Content content) throws DocumentException {
        return Payload.read("roster", RosterJson.class, content.payload(), RosterJson::roster);
    }

    private Roster roster() throws DocumentException {
        var members = new ArrayList<Roster.Node>();
        for (NodeJson node : need("nodes", nodes))
            members.add(new Roster.Node(
                    new PeerId(need("peer_id", node.peerId())),
                    NodeKey.parse(need("key", node.key())),
                    need("role", node.role())));
        return new Roster(
                NodeKey.parse(need("master", master)),
                serial,
                moment("issued_at", issuedAt),
                moment("expires_at", expiresAt),
                members);
    }
}
