package org.wguplink.linux.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.WireGuardSecret;

class WireGuardKeysTest {
    @Test
    void agreesWithWg() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wg")), "needs wg of wireguard-tools");
        for (int i = 0; i < 5; i++) {
            WireGuardSecret secret = WireGuardKeys.generate();
            Process wg = new ProcessBuilder("/usr/bin/wg", "pubkey").start();
            try (var in = wg.getOutputStream()) {
                in.write(secret.base64().getBytes(StandardCharsets.US_ASCII));
            }
            String expected = new String(wg.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            assertThat(WireGuardKeys.publicKey(secret)).hasToString(expected);
        }
    }

    @Test
    void aSecretIsClamped() {
        byte[] secret = WireGuardKeys.generate().bytes();
        assertThat(secret[0] & 7).isZero();
        assertThat(secret[31] & 0xc0).isEqualTo(0x40);
        assertThat(HexFormat.of().formatHex(secret)).hasSize(64);
    }
}
