package org.wguplink.core.net;

import java.util.Arrays;
import java.util.Base64;

/**
 * A Curve25519 private key of WireGuard: 32 bytes. It never prints itself, so that it cannot reach a log; {@link
 * #base64()} is for the key file alone.
 */
public final class WireGuardSecret {
    private final byte[] bytes;

    private WireGuardSecret(byte[] bytes) {
        if (bytes.length != WireGuardKey.LENGTH)
            throw new IllegalArgumentException("a WireGuard private key has 32 bytes, not " + bytes.length);
        this.bytes = bytes;
    }

    public static WireGuardSecret of(byte[] bytes) {
        return new WireGuardSecret(bytes.clone());
    }

    public static WireGuardSecret parse(String base64) {
        try {
            return new WireGuardSecret(Base64.getDecoder().decode(base64.strip()));
        } catch (IllegalArgumentException e) {
            // without the cause: its message may quote the key
            throw new IllegalArgumentException("not a WireGuard private key in base64");
        }
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireGuardSecret secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "WireGuardSecret(hidden)";
    }
}
