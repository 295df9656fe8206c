package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelKeysTest {
    @TempDir
    Path temp;

    @Test
    void aKeyIsMadeOnceAndForItsOwnerAlone() throws Exception {
        var keys = new TunnelKeys(temp.resolve("tunnels"));
        assertThat(keys.of("wgup-ana").base64()).isEqualTo(keys.of("wgup-ana").base64());
        assertThat(mode("wgup-ana.key")).isEqualTo("rw-------");
        assertThat(keys.renew("wgup-ana").base64())
                .isEqualTo(keys.of("wgup-ana").base64());
        assertThat(mode("wgup-ana.key")).isEqualTo("rw-------");
    }

    @Test
    void aKeyThatOthersMayReadIsNeitherUsedNorReplaced() throws Exception {
        var keys = new TunnelKeys(temp.resolve("tunnels"));
        String before = keys.of("wgup-ana").base64();
        Path file = temp.resolve("tunnels/wgup-ana.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> keys.of("wgup-ana"))
                .isInstanceOf(IOException.class)
                .hasMessage("%s: found mode 0644, by which others than its owner may read or write it; expected 0600"
                                .formatted(file)
                        + " (chmod 600), and a new key if it was exposed");
        assertThat(Files.readString(file)).isEqualTo(before + "\n");
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temp.resolve("tunnels").resolve(name)));
    }
}
