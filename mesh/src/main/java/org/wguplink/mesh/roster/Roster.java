package org.wguplink.mesh.roster;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.identity.NodeKey;

/**
 * The members of a mesh.
 *
 * @param master the key that signs it
 * @param serial grows with every change, from 1
 * @param nodes at most 1000; ids and keys are unique
 */
public record Roster(NodeKey master, long serial, Instant issuedAt, Instant expiresAt, List<Node> nodes) {
    public static final int MAX_NODES = 1000;
    public static final String ROLE_MASTER = "master";
    public static final String ROLE_NODE = "node";

    public Roster {
        if (serial < 1) throw new IllegalArgumentException("serial %d; expected 1 or more".formatted(serial));
        if (!expiresAt.isAfter(issuedAt)) throw new IllegalArgumentException("the roster expires before it begins");
        if (nodes.size() > MAX_NODES)
            throw new IllegalArgumentException("%d nodes; at most %d".formatted(nodes.size(), MAX_NODES));
        nodes = List.copyOf(nodes);
        var ids = new HashSet<PeerId>();
        var keys = new HashSet<NodeKey>();
        for (Node node : nodes) {
            if (!ids.add(node.id())) throw new IllegalArgumentException("'%s' is there twice".formatted(node.id()));
            if (!keys.add(node.key()))
                throw new IllegalArgumentException("the key of '%s' is there twice".formatted(node.id()));
        }
    }

    /** @param role {@code master} or {@code node}, or a word that newer masters may know: 1 to 32 of {@code [a-z-]} */
    public record Node(PeerId id, NodeKey key, String role) {
        public Node {
            if (!role.matches("[a-z][a-z-]{0,31}"))
                throw new IllegalArgumentException("a role is a word of 1 to 32 small letters");
        }
    }

    public Optional<Node> node(PeerId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    public boolean expired(Instant now) {
        return !expiresAt.isAfter(now);
    }
}
