package org.wguplink.linux.wireguard;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;

/** Curve25519 keys (RFC 7748) by the JDK's own X25519. */
public final class WireGuardKeys {
    private WireGuardKeys() {}

    private static final BigInteger BASE_POINT = BigInteger.valueOf(9);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new secret, clamped as {@code wg genkey} does (RFC 7748 section 5). */
    public static WireGuardSecret generate() {
        byte[] secret = new byte[WireGuardKey.LENGTH];
        RANDOM.nextBytes(secret);
        secret[0] &= (byte) 0xf8;
        secret[31] = (byte) ((secret[31] & 0x7f) | 0x40);
        return WireGuardSecret.of(secret);
    }

    /** The secret times the base point (RFC 7748 section 6.1). */
    public static WireGuardKey publicKey(WireGuardSecret secret) {
        try {
            var keys = KeyFactory.getInstance("X25519");
            var agreement = KeyAgreement.getInstance("X25519");
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret.bytes())));
            agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT)), true);
            return WireGuardKey.of(agreement.generateSecret());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has X25519", e);
        }
    }
}
