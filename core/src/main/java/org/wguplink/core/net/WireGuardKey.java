package org.wguplink.core.net;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A Curve25519 public key of WireGuard: 32 bytes, written in base64 (44 characters). */
public final class WireGuardKey {
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private WireGuardKey(byte[] bytes) {
        if (bytes.length != LENGTH)
            throw new IllegalArgumentException("a WireGuard key has 32 bytes, not " + bytes.length);
        this.bytes = bytes;
    }

    public static WireGuardKey of(byte[] bytes) {
        return new WireGuardKey(bytes.clone());
    }

    /**
     * Reads the base64 form.
     *
     * @throws IllegalArgumentException when it is not 44 characters of base64 for 32 bytes
     */
    public static WireGuardKey parse(String base64) {
        if (base64.length() != 44) throw new IllegalArgumentException("a WireGuard key has 44 characters of base64");
        return new WireGuardKey(Base64.getDecoder().decode(base64));
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** 64 lower-case hex digits, as the UAPI of WireGuard writes keys. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireGuardKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The base64 form. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
