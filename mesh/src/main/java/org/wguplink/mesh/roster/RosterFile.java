package org.wguplink.mesh.roster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.IdentityException;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.identity.NodeKey;
import org.wguplink.mesh.store.DurableFile;

/**
 * The roster on disk: {@code roster.jws}, and in {@code master.pub} the pinned master's key. The pin is written first:
 * a crash in between leaves a node that trusts nobody yet, never one that would take another master.
 */
public final class RosterFile {
    public static final String ROSTER_FILE = "roster.jws";
    public static final String PIN_FILE = "master.pub";
    /** How long a roster is good for, from its last change. */
    public static final Duration VALIDITY = Duration.ofDays(365);

    private RosterFile() {}

    /**
     * Founds a mesh: makes the master key and a roster of one node.
     *
     * @throws RosterException when this node belongs to a mesh already
     */
    public static Roster init(Path dir, Identity self, Instant now) throws IOException, RosterException {
        if (Files.exists(dir.resolve(ROSTER_FILE)) || Files.exists(dir.resolve(PIN_FILE)))
            throw new RosterException("%s: this node belongs to a mesh already".formatted(dir));
        // a key without roster is left by a crash in here: it is used, since nobody can know it yet
        Optional<MasterKey> left = masterKey(dir);
        MasterKey master = left.isPresent() ? left.get() : MasterKey.create(dir);
        var node = new Roster.Node(self.peerId(), self.key(), Roster.ROLE_MASTER);
        var roster = new Roster(master.key(), 1, now, now.plus(VALIDITY), List.of(node));
        pin(dir, master.key());
        return install(dir, roster, master);
    }

    /**
     * Lets a node in, or renews the roster when it is in with that key.
     *
     * @throws RosterException when this is not the master, or the id or key belongs to another node
     */
    public static Roster approve(Path dir, JoinDocument who, Instant now) throws IOException, RosterException {
        return change(dir, now, nodes -> {
            var next = new ArrayList<>(nodes);
            next.add(new Roster.Node(who.peerId(), who.key(), Roster.ROLE_NODE));
            for (Roster.Node node : nodes) {
                boolean sameId = node.id().equals(who.peerId());
                boolean sameKey = node.key().equals(who.key());
                if (sameId && sameKey) return nodes;
                if (sameId)
                    throw new IllegalArgumentException("'%s' is taken by another node, with the key %s; this one has %s"
                            .formatted(
                                    node.id(),
                                    node.key().fingerprint(),
                                    who.key().fingerprint()));
                if (sameKey)
                    throw new IllegalArgumentException(
                            "the key %s is known as '%s'".formatted(node.key().fingerprint(), node.id()));
            }
            return next;
        });
    }

    /**
     * Takes a node's trust away.
     *
     * @throws RosterException when this is not the master, or the node is the master's own or unknown
     */
    public static Roster revoke(Path dir, PeerId id, Instant now) throws IOException, RosterException {
        return change(dir, now, nodes -> {
            var next = new ArrayList<>(nodes);
            if (!next.removeIf(node -> node.id().equals(id) && !node.role().equals(Roster.ROLE_MASTER)))
                throw new IllegalArgumentException("'%s' is not a node that can be revoked".formatted(id));
            return next;
        });
    }

    /**
     * The installed roster, or empty when this node belongs to no mesh.
     *
     * @throws RosterException when it is not signed by the pinned master
     */
    public static Optional<Roster> load(Path dir) throws IOException, RosterException {
        Optional<String> jws = document(dir);
        if (jws.isEmpty()) return Optional.empty();
        NodeKey pinned = pinned(dir);
        if (pinned == null)
            throw new RosterException("%s: missing, though %s is there".formatted(dir.resolve(PIN_FILE), ROSTER_FILE));
        return Optional.of(verify(dir.resolve(ROSTER_FILE).toString(), jws.get(), pinned));
    }

    /** The installed roster's document, not verified, to hand to other nodes. */
    public static Optional<String> document(Path dir) throws IOException {
        Path file = dir.resolve(ROSTER_FILE);
        if (!Files.exists(file)) return Optional.empty();
        return Optional.of(
                DurableFile.read(file, DocumentType.ROSTER.maxLength() + 1).strip());
    }

    /**
     * What {@link #imported} would install, without a change: signed by the pinned master, or before there is one, by the
     * master that the roster itself names.
     *
     * @throws RosterException when another master signed it, or it is expired, future-dated or older than the installed
     */
    public static Roster checked(Path dir, String jws, Optional<NodeKey> expectedMaster, Instant now)
            throws IOException, RosterException {
        NodeKey pinned = pinned(dir);
        Roster roster = verify("roster", jws.strip(), pinned);
        if (expectedMaster.isPresent() && !expectedMaster.get().equals(roster.master()))
            throw new RosterException("the roster's master is %s; expected %s"
                    .formatted(
                            roster.master().fingerprint(), expectedMaster.get().fingerprint()));
        if (roster.expired(now)) throw new RosterException("the roster expired at " + roster.expiresAt());
        if (roster.issuedAt().isAfter(now.plus(Ledger.SKEW)))
            throw new RosterException(
                    "the roster is dated %s, but this clock says %s".formatted(roster.issuedAt(), now));
        Optional<Roster> installed = load(dir);
        if (installed.isPresent()) {
            Roster held = installed.get();
            if (!roster.equals(held) && roster.serial() <= held.serial())
                throw new RosterException("the roster has serial %d; installed is another of serial %d"
                        .formatted(roster.serial(), held.serial()));
        }
        return roster;
    }

    /**
     * Installs a roster that came from the master. The first one pins its master; its user has agreed to that, or has
     * named the master beforehand.
     *
     * @throws RosterException as {@link #checked} does; nothing is changed then
     */
    public static Roster imported(Path dir, String jws, Optional<NodeKey> expectedMaster, Instant now)
            throws IOException, RosterException {
        Roster roster = checked(dir, jws, expectedMaster, now);
        if (load(dir).equals(Optional.of(roster))) return roster;
        DurableFile.directory(dir);
        if (pinned(dir) == null) pin(dir, roster.master());
        DurableFile.replace(dir.resolve(ROSTER_FILE), jws.strip() + "\n");
        return roster;
    }

    private static Roster change(Path dir, Instant now, UnaryOperator<List<Roster.Node>> edit)
            throws IOException, RosterException {
        MasterKey master =
                masterKey(dir).orElseThrow(() -> new RosterException("%s: this node is not the master".formatted(dir)));
        Roster held = load(dir).orElseThrow(() -> new RosterException("%s: there is no roster".formatted(dir)));
        if (!master.key().equals(held.master()))
            throw new RosterException(
                    "%s: not the key that signed the roster".formatted(dir.resolve(MasterKey.KEY_FILE)));
        try {
            List<Roster.Node> nodes = edit.apply(held.nodes());
            var next = new Roster(master.key(), held.serial() + 1, now, now.plus(VALIDITY), nodes);
            return install(dir, next, master);
        } catch (IllegalArgumentException e) {
            throw new RosterException(String.valueOf(e.getMessage()));
        }
    }

    private static Roster install(Path dir, Roster roster, MasterKey master) throws IOException, RosterException {
        try {
            DurableFile.replace(dir.resolve(ROSTER_FILE), RosterJson.sign(roster, master) + "\n");
            return roster;
        } catch (DocumentException e) {
            throw new RosterException(String.valueOf(e.getMessage()));
        }
    }

    private static Roster verify(String where, String jws, @Nullable NodeKey pinned) throws RosterException {
        try {
            return RosterJson.verify(jws, pinned);
        } catch (DocumentException e) {
            String by = pinned == null ? "" : " (the pinned master is %s)".formatted(pinned.fingerprint());
            throw new RosterException("%s: %s%s".formatted(where, e.getMessage(), by));
        }
    }

    private static Optional<MasterKey> masterKey(Path dir) throws IOException, RosterException {
        try {
            return MasterKey.load(dir);
        } catch (IdentityException e) {
            throw new RosterException(String.valueOf(e.getMessage()));
        }
    }

    private static void pin(Path dir, NodeKey master) throws IOException {
        DurableFile.replace(dir.resolve(PIN_FILE), master.text() + "\n");
    }

    private static @Nullable NodeKey pinned(Path dir) throws IOException, RosterException {
        Path file = dir.resolve(PIN_FILE);
        if (!Files.exists(file)) return null;
        try {
            return NodeKey.parse(DurableFile.read(file, 1024).strip());
        } catch (IllegalArgumentException e) {
            throw new RosterException("%s: not a node key: %s".formatted(file, e.getMessage()));
        }
    }
}
