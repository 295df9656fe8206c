package org.wguplink.mesh.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An Ed25519 public key (RFC 8032, section 5.1.5): 32 bytes.
 *
 * @param text the bytes in base64url without padding: 43 characters, canonical (RFC 4648, section 3.5)
 */
public record NodeKey(String text) {
    public static final int LENGTH = 32;

    /** SubjectPublicKeyInfo of Ed25519 up to the key's bytes (RFC 8410, section 4). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    public NodeKey {
        if (!text.matches("[A-Za-z0-9_-]{43}"))
            throw new IllegalArgumentException("a node key has 43 characters of base64url, not " + text.length());
        if (!encode(Base64.getUrlDecoder().decode(text)).equals(text))
            throw new IllegalArgumentException("a node key in base64url that is not canonical");
    }

    /** @throws IllegalArgumentException when there are not 32 bytes */
    public static NodeKey of(byte[] bytes) {
        if (bytes.length != LENGTH) throw new IllegalArgumentException("a node key has 32 bytes, not " + bytes.length);
        return new NodeKey(encode(bytes));
    }

    /** @throws IllegalArgumentException when it is not 43 characters of base64url */
    public static NodeKey parse(String text) {
        return new NodeKey(text);
    }

    static NodeKey of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded.length != PREFIX.length + LENGTH
                || !Arrays.equals(PREFIX, 0, PREFIX.length, encoded, 0, PREFIX.length))
            throw new IllegalArgumentException("not an Ed25519 public key: " + key.getAlgorithm());
        return of(Arrays.copyOfRange(encoded, PREFIX.length, encoded.length));
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return Base64.getUrlDecoder().decode(text);
    }

    /**
     * The key for {@code java.security}.
     *
     * @throws IllegalArgumentException when the bytes are no point of the curve
     */
    public PublicKey publicKey() {
        byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + LENGTH);
        System.arraycopy(bytes(), 0, encoded, PREFIX.length, LENGTH);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new IllegalArgumentException("not an Ed25519 key: " + text, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** For people to compare: the first 16 hex digits of the SHA-256 of the key's bytes. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes());
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** 43 characters of base64url. */
    @Override
    public String toString() {
        return text;
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
