package org.wguplink.mesh.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.identity.NodeKey;

class RosterFileTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path temp;

    private Path master;
    private Path node;
    private Identity ana;
    private Identity bob;

    @BeforeEach
    void found() throws Exception {
        master = temp.resolve("ana");
        node = temp.resolve("bob");
        ana = Identity.create(master, new PeerId("ana"));
        bob = Identity.create(node, new PeerId("bob"));
        RosterFile.init(master, ana, NOW);
    }

    @Test
    void theFounderIsTheMaster() throws Exception {
        Roster roster = RosterFile.load(master).orElseThrow();
        assertThat(roster.serial()).isEqualTo(1);
        assertThat(roster.nodes()).containsExactly(new Roster.Node(ana.peerId(), ana.key(), "master"));
        assertThatThrownBy(() -> RosterFile.init(master, ana, NOW)).hasMessageContaining("belongs to a mesh already");
    }

    @Test
    void aNodeIsApprovedAndImportsTheRoster() throws Exception {
        Roster approved = RosterFile.approve(master, join(bob), NOW);
        assertThat(approved.serial()).isEqualTo(2);
        Roster imported = RosterFile.imported(node, document(), Optional.empty(), NOW);
        assertThat(imported).isEqualTo(approved);
        assertThat(RosterFile.load(node)).contains(approved);
        assertThat(RosterFile.imported(node, document(), Optional.empty(), NOW)).isEqualTo(approved);
        assertThat(RosterFile.approve(master, join(bob), NOW).nodes()).isEqualTo(approved.nodes());
        assertThat(RosterFile.revoke(master, bob.peerId(), NOW).node(bob.peerId()))
                .isEmpty();
    }

    @Test
    void lookingAtARosterInstallsNothing() throws Exception {
        Path fresh = temp.resolve("fresh");
        assertThat(RosterFile.checked(fresh, document(), Optional.empty(), NOW))
                .isEqualTo(RosterFile.load(master).orElseThrow());
        assertThat(fresh).doesNotExist();
        Path eve = temp.resolve("eve");
        RosterFile.init(eve, Identity.create(eve, new PeerId("eve")), NOW);
        assertThatThrownBy(() -> RosterFile.checked(eve, document(), Optional.empty(), NOW))
                .hasMessageContaining("pinned");
        String tampered = document().replaceFirst("[.]....", ".AAAA");
        assertThatThrownBy(() -> RosterFile.checked(fresh, tampered, Optional.empty(), NOW))
                .isInstanceOf(RosterException.class);
    }

    @Test
    void anIdOrAKeyThatIsTakenIsRefused() throws Exception {
        RosterFile.approve(master, join(bob), NOW);
        Identity otherBob = Identity.create(temp.resolve("other"), new PeerId("bob"));
        assertThatThrownBy(() -> RosterFile.approve(master, join(otherBob), NOW))
                .isInstanceOf(RosterException.class)
                .hasMessageContaining("'bob' is taken by another node");
        Files.createDirectories(temp.resolve("renamed"));
        Files.copy(node.resolve(Identity.KEY_FILE), temp.resolve("renamed").resolve(Identity.KEY_FILE));
        Files.writeString(
                temp.resolve("renamed").resolve(Identity.ABOUT_FILE),
                "{\"peer_id\":\"eve\",\"public_key\":\"%s\"}".formatted(bob.key()));
        Identity eve = Identity.load(temp.resolve("renamed")).orElseThrow();
        assertThatThrownBy(() -> RosterFile.approve(master, join(eve), NOW)).hasMessageContaining("known as 'bob'");
        assertThatThrownBy(() -> RosterFile.revoke(master, ana.peerId(), NOW)).hasMessageContaining("can be revoked");
        assertThatThrownBy(() -> RosterFile.approve(node, join(bob), NOW)).hasMessageContaining("not the master");
    }

    @Test
    void anOldRosterDoesNotComeBack() throws Exception {
        RosterFile.approve(master, join(bob), NOW);
        String old = document();
        RosterFile.revoke(master, bob.peerId(), NOW);
        RosterFile.imported(node, document(), Optional.empty(), NOW);
        assertThatThrownBy(() -> RosterFile.imported(node, old, Optional.empty(), NOW))
                .isInstanceOf(RosterException.class)
                .hasMessageContaining("serial 2");
        assertThat(RosterFile.load(node).orElseThrow().serial()).isEqualTo(3);
    }

    @Test
    void aSecondMasterIsRefused() throws Exception {
        RosterFile.imported(node, document(), Optional.empty(), NOW);
        Path eve = temp.resolve("eve");
        RosterFile.init(eve, Identity.create(eve, new PeerId("eve")), NOW);
        String foreign = RosterFile.document(eve).orElseThrow();
        assertThatThrownBy(() -> RosterFile.imported(node, foreign, Optional.empty(), NOW))
                .isInstanceOf(RosterException.class)
                .hasMessageContaining("signature")
                .hasMessageContaining("pinned");
        Path fresh = temp.resolve("fresh");
        NodeKey expected = RosterFile.load(master).orElseThrow().master();
        assertThatThrownBy(() -> RosterFile.imported(fresh, foreign, Optional.of(expected), NOW))
                .hasMessageContaining("expected");
        assertThat(fresh).doesNotExist();
    }

    @Test
    void aRosterOutsideItsTimeIsRefused() {
        assertThatThrownBy(() -> RosterFile.imported(node, document(), Optional.empty(), NOW.plus(RosterFile.VALIDITY)))
                .hasMessageContaining("expired");
        assertThatThrownBy(
                        () -> RosterFile.imported(node, document(), Optional.empty(), NOW.minus(Duration.ofHours(1))))
                .hasMessageContaining("clock");
    }

    @Test
    void aRosterThatWasTamperedWithOrLostItsPinIsNotLoaded() throws Exception {
        Path file = master.resolve(RosterFile.ROSTER_FILE);
        String jws = Files.readString(file);
        int inPayload = jws.indexOf('.') + 20;
        char other = jws.charAt(inPayload) == 'A' ? 'B' : 'A';
        Files.writeString(file, jws.substring(0, inPayload) + other + jws.substring(inPayload + 1));
        assertThatThrownBy(() -> RosterFile.load(master)).isInstanceOf(RosterException.class);
        Files.writeString(file, jws);
        Files.delete(master.resolve(RosterFile.PIN_FILE));
        assertThatThrownBy(() -> RosterFile.load(master)).hasMessageContaining("master.pub: missing");
    }

    @Test
    void aThousandNodesWithLongNamesFit() throws Exception {
        MasterKey key = MasterKey.load(master).orElseThrow();
        var nodes = new ArrayList<Roster.Node>();
        for (int i = 0; i < Roster.MAX_NODES; i++) {
            byte[] bytes = new byte[32];
            bytes[0] = (byte) i;
            bytes[1] = (byte) (i >> 8);
            nodes.add(new Roster.Node(
                    new PeerId("n".repeat(58) + "%05d".formatted(i)), NodeKey.of(bytes), "r".repeat(32)));
        }
        var roster = new Roster(key.key(), 7, NOW, NOW.plusSeconds(60), nodes);
        String jws = RosterJson.sign(roster, key);
        assertThat(jws).hasSizeLessThanOrEqualTo(DocumentType.ROSTER.maxLength());
        assertThat(RosterJson.verify(jws, key.key())).isEqualTo(roster);
    }

    private JoinDocument join(Identity who) throws Exception {
        return JoinDocument.verify(JoinDocument.write(who, NOW));
    }

    private String document() throws Exception {
        return RosterFile.document(master).orElseThrow();
    }
}
