package org.wguplink.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.peer.PeerId;

class IdentityTest {
    private static final PeerId ANA = new PeerId("ana");

    @TempDir
    Path temp;

    @Test
    void whatWasCreatedIsLoaded() throws Exception {
        Path dir = temp.resolve("keys");
        Identity created = Identity.create(dir, ANA);
        Identity loaded = Identity.load(dir).orElseThrow();
        assertThat(loaded.peerId()).isEqualTo(ANA);
        assertThat(loaded.key()).isEqualTo(created.key());
        assertThat(loaded.sign(new byte[] {1})).isEqualTo(created.sign(new byte[] {1}));
        assertThat(mode(dir)).isEqualTo("rwx------");
        assertThat(mode(dir.resolve(Identity.KEY_FILE))).isEqualTo("rw-------");
        try (var files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(Identity.KEY_FILE, Identity.ABOUT_FILE);
        }
    }

    @Test
    void anIdentityIsNeverOverwritten() throws Exception {
        NodeKey first = Identity.create(temp, ANA).key();
        assertThatThrownBy(() -> Identity.create(temp, new PeerId("bob")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Identity.load(temp).orElseThrow().key()).isEqualTo(first);
        assertThat(Identity.load(temp).orElseThrow().peerId()).isEqualTo(ANA);
    }

    @Test
    void nothingThereIsNoIdentity() throws Exception {
        assertThat(Identity.load(temp)).isEmpty();
        assertThat(MasterKey.load(temp)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--, 0644", "rw-r-----, 0640", "rw-----w-, 0602"})
    void aKeyThatOthersMayTouchIsRefused(String mode, String found) throws Exception {
        Identity.create(temp, ANA);
        Files.setPosixFilePermissions(temp.resolve(Identity.KEY_FILE), PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> Identity.load(temp))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("identity.key")
                .hasMessageContaining("found mode %s, ".formatted(found))
                .hasMessageContaining("expected 0600");
    }

    @Test
    void aForeignPublicKeyIsRefused() throws Exception {
        Identity.create(temp, ANA);
        NodeKey other = Identity.create(temp.resolve("other"), ANA).key();
        Files.writeString(
                temp.resolve(Identity.ABOUT_FILE),
                "{\"peer_id\":\"ana\",\"public_key\":\"%s\"}".formatted(other.text()));
        assertThatThrownBy(() -> Identity.load(temp))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("public_key");
    }

    @Test
    void aDamagedKeyIsRefusedWithoutQuotingIt() throws Exception {
        Identity.create(temp, ANA);
        Path file = temp.resolve(Identity.KEY_FILE);
        String pem = Files.readString(file);
        String secret = pem.lines().skip(1).findFirst().orElseThrow();
        Files.writeString(file, pem.replace(secret, secret.substring(0, secret.length() - 8)));
        assertThatThrownBy(() -> Identity.load(temp))
                .isInstanceOf(IdentityException.class)
                .hasMessageNotContaining(secret.substring(0, 20))
                .hasNoCause();
    }

    @Test
    void keysDoNotShowThemselves() throws Exception {
        Identity identity = Identity.create(temp, ANA);
        MasterKey master = MasterKey.create(temp);
        String secret = Files.readString(temp.resolve(Identity.KEY_FILE))
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        assertThat(identity.toString())
                .isEqualTo("Identity(ana, %s)".formatted(identity.key().fingerprint()));
        assertThat(identity.toString() + master).doesNotContain(secret.substring(20));
        assertThat(MasterKey.load(temp).orElseThrow().key()).isEqualTo(master.key());
    }

    @Test
    void aPublicKeyIsReadInOneSpellingOnly() throws Exception {
        NodeKey key = Identity.create(temp, ANA).key();
        assertThat(NodeKey.parse(key.toString())).isEqualTo(key);
        assertThat(NodeKey.of(key.bytes())).isEqualTo(key);
        assertThat(key.fingerprint()).matches("[0-9a-f]{16}");
        String zeros = "A".repeat(43);
        assertThat(NodeKey.parse(zeros).bytes()).isEqualTo(new byte[32]);
        for (String wrong : new String[] {"A".repeat(42) + "B", zeros + "=", "A".repeat(42), "A".repeat(42) + "+"})
            assertThatThrownBy(() -> NodeKey.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
