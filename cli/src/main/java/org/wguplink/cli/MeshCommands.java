package org.wguplink.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.IdentityException;
import org.wguplink.mesh.roster.JoinDocument;
import org.wguplink.mesh.roster.Roster;
import org.wguplink.mesh.roster.RosterException;
import org.wguplink.mesh.roster.RosterFile;

/** Keys and roster: files of this node, for which no daemon is needed. */
final class MeshCommands {
    /** Longer than any document that this version accepts. */
    private static final int MAX_BYTES = 1 << 20;

    private MeshCommands() {}

    static int init(Session session) throws CliException, IOException {
        Path dir = session.meshDirectory();
        try {
            // before the identity is made: a node of another mesh must not be touched
            if (RosterFile.document(dir).isPresent())
                throw CliException.no(dir + ": this node belongs to a mesh already; 'wgctl mesh show' shows it");
            Identity self = identity(session);
            Roster roster = RosterFile.init(dir, self, Instant.now());
            if (session.json()) session.println(RosterText.json(roster));
            session.note("This is a new mesh, and " + self.peerId() + " is its master.");
            session.note("Master fingerprint: " + RosterText.fingerprint(roster.master()));
            session.note("Its key is in " + dir + ": keep a copy in a safe place.");
            session.note("Next, on each other node: wgctl mesh id > NODE.id; then here: wgctl mesh approve NODE.id");
            return 0;
        } catch (RosterException e) {
            throw refused(e);
        }
    }

    static int id(Session session) throws CliException, IOException {
        Identity self = identity(session);
        String document = JoinDocument.write(self, Instant.now());
        if (session.json())
            session.println("{\"peer_id\":" + JsonText.quote(self.peerId().value()) + ",\"fingerprint\":"
                    + JsonText.quote(self.key().fingerprint()) + ",\"document\":" + JsonText.quote(document) + "}");
        else session.println(document);
        if (session.terminal().asks()) {
            session.terminal().out().flush();
            session.terminal()
                    .err()
                    .println("This is " + self.peerId() + ", fingerprint " + RosterText.fingerprint(self.key())
                            + ". On the master: wgctl mesh approve FILE");
        }
        return 0;
    }

    static int approve(Session session) throws CliException, IOException {
        String text = read(session);
        try {
            JoinDocument who = JoinDocument.verify(text);
            Roster roster = RosterFile.approve(session.meshDirectory(), who, Instant.now());
            Path file = session.meshDirectory().resolve(RosterFile.ROSTER_FILE);
            if (session.json()) session.println(RosterText.json(roster));
            session.note(who.peerId() + " is in the mesh, fingerprint " + RosterText.fingerprint(who.key()) + ".");
            session.note("The roster has serial " + roster.serial() + " and "
                    + roster.nodes().size() + " nodes.");
            session.note("Next: copy " + file + " to the node, then there: wgctl mesh import FILE");
            return 0;
        } catch (DocumentException e) {
            throw CliException.no(named(session) + " is not a node document: " + e.getMessage());
        } catch (RosterException e) {
            throw refused(e);
        }
    }

    static int importRoster(Session session) throws CliException, IOException {
        Path dir = session.meshDirectory();
        String text = read(session);
        try {
            boolean first = !Files.exists(dir.resolve(RosterFile.PIN_FILE));
            if (!first) return imported(session, RosterFile.imported(dir, text, Optional.empty(), Instant.now()));
            Roster shown = RosterFile.checked(dir, text, Optional.empty(), Instant.now());
            if (!session.yes() && !session.terminal().asks())
                throw CliException.usage(
                        "mesh import: this node knows no master yet, and there is no terminal to ask on."
                                + " The roster's master is " + RosterText.fingerprint(shown.master())
                                + "; say --yes if that is the right one");
            if (!session.yes()) {
                session.terminal().err().print(RosterText.of(shown, Instant.now()));
                session.terminal()
                        .err()
                        .println("From now on this node believes that master alone: compare the fingerprint with what"
                                + "\n'wgctl mesh show' says on the master.");
                if (!session.terminal().confirms("Is the master's fingerprint right?"))
                    throw CliException.no("nothing was changed");
            }
            return imported(session, RosterFile.imported(dir, text, Optional.of(shown.master()), Instant.now()));
        } catch (RosterException e) {
            throw refused(e);
        }
    }

    static int show(Session session) throws CliException, IOException {
        try {
            Roster roster = RosterFile.load(session.meshDirectory()).orElseThrow(MeshCommands::noRoster);
            if (session.json()) session.println(RosterText.json(roster));
            else session.print(RosterText.of(roster, Instant.now()));
            return 0;
        } catch (RosterException e) {
            throw refused(e);
        }
    }

    private static int imported(Session session, Roster roster) throws CliException, IOException {
        if (session.json()) session.println(RosterText.json(roster));
        else session.print(RosterText.of(roster, Instant.now()));
        if (!holds(session, roster))
            session.note("This node is not in it: hand the output of 'wgctl mesh id' to the"
                    + " master,\nhave it approved there, and import the roster again.");
        session.note("The roster is installed; a running uplinkd reads it by itself.");
        return 0;
    }

    private static boolean holds(Session session, Roster roster) throws CliException, IOException {
        try {
            Optional<Identity> self = Identity.load(session.meshDirectory());
            if (self.isEmpty()) return false;
            Optional<Roster.Node> node = roster.node(self.get().peerId());
            return node.isPresent() && node.get().key().equals(self.get().key());
        } catch (IdentityException e) {
            throw CliException.no(String.valueOf(e.getMessage()));
        }
    }

    private static Identity identity(Session session) throws CliException, IOException {
        Path dir = session.meshDirectory();
        try {
            Optional<Identity> held = Identity.load(dir);
            if (held.isEmpty()) return Identity.create(dir, NodeName.of(session));
            @Nullable String wanted = session.peerId();
            PeerId name = held.get().peerId();
            if (wanted != null && !wanted.equals(name.value()))
                throw CliException.no("this node is " + name + " already (" + dir + "); its name cannot change");
            return held.get();
        } catch (IdentityException e) {
            throw CliException.no(String.valueOf(e.getMessage()));
        }
    }

    private static String read(Session session) throws CliException, IOException {
        String file = session.argument(0);
        byte[] bytes;
        try {
            if (file.equals("-")) bytes = session.terminal().in().readNBytes(MAX_BYTES + 1);
            else
                try (var in = Files.newInputStream(Path.of(file))) {
                    bytes = in.readNBytes(MAX_BYTES + 1);
                }
        } catch (NoSuchFileException e) {
            throw CliException.no("there is no file " + file);
        }
        if (bytes.length > MAX_BYTES) throw CliException.no(named(session) + " has more than " + MAX_BYTES + " bytes");
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }

    private static String named(Session session) {
        String file = session.argument(0);
        return file.equals("-") ? "the standard input" : file;
    }

    private static CliException noRoster() {
        return CliException.no("no roster yet: 'wgctl mesh init' makes a mesh, 'wgctl mesh import FILE' joins one");
    }

    private static CliException refused(RosterException e) {
        return CliException.no(String.valueOf(e.getMessage()));
    }
}
