package org.wguplink.linux.wireguard;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;

/**
 * The first message of WireGuard's handshake, dated as one likes: section 5.4.2 of the paper
 * (https://www.wireguard.com/papers/wireguard.pdf), whose names are used here.
 */
final class HandshakeInitiation {
    private static final int LENGTH = 148;
    private static final int BEFORE_MACS = 116;
    /** Seconds of TAI64 at 1970, with the ten leap seconds that libtai's label has. */
    private static final long TAI64_BASE = 0x400000000000000aL;

    private static final byte[] NONE = new byte[0];

    private byte[] chain = hash(ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"));
    private byte[] digest = hash(chain, ascii("WireGuard v1 zx2c4 Jason@zx2c4.com"));

    private HandshakeInitiation() {}

    static byte[] of(WireGuardSecret initiator, WireGuardKey responder, Instant at) throws GeneralSecurityException {
        return new HandshakeInitiation().message(initiator, responder, at);
    }

    private byte[] message(WireGuardSecret initiator, WireGuardKey responder, Instant at)
            throws GeneralSecurityException {
        WireGuardSecret ephemeral = WireGuardKeys.generate();
        byte[] ephemeralPublic = WireGuardKeys.publicKey(ephemeral).bytes();
        ByteBuffer message = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(1).putInt(4711).put(ephemeralPublic);
        digest = hash(digest, responder.bytes());
        chain = derive(ephemeralPublic)[0];
        digest = hash(digest, ephemeralPublic);
        message.put(sealed(
                shared(ephemeral, responder), WireGuardKeys.publicKey(initiator).bytes()));
        byte[] time = ByteBuffer.allocate(12)
                .putLong(TAI64_BASE + at.getEpochSecond())
                .putInt(at.getNano())
                .array();
        message.put(sealed(shared(initiator, responder), time));
        byte[] macKey = hash(ascii("mac1----"), responder.bytes());
        message.put(Blake2s.hash(16, macKey, Arrays.copyOf(message.array(), BEFORE_MACS)));
        return message.array();
    }

    /** Mixes a shared secret in, and encrypts with the key that comes of it. */
    private byte[] sealed(byte[] secret, byte[] plain) throws GeneralSecurityException {
        byte[][] keys = derive(secret);
        chain = keys[0];
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys[1], "ChaCha20"), new IvParameterSpec(new byte[12]));
        cipher.updateAAD(digest);
        byte[] sealed = cipher.doFinal(plain);
        digest = hash(digest, sealed);
        return sealed;
    }

    /** HKDF with two outputs (RFC 5869), by HMAC of BLAKE2s. */
    private byte[][] derive(byte[] input) {
        byte[] zero = hmac(chain, input);
        byte[] one = hmac(zero, new byte[] {1});
        byte[] two = hmac(zero, concat(one, new byte[] {2}));
        return new byte[][] {one, two};
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        byte[] inner = new byte[64];
        byte[] outer = new byte[64];
        for (int i = 0; i < 64; i++) {
            int k = i < key.length ? key[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5c);
        }
        return hash(outer, hash(inner, input));
    }

    private static byte[] shared(WireGuardSecret ours, WireGuardKey theirs) throws GeneralSecurityException {
        var keys = KeyFactory.getInstance("X25519");
        byte[] bigEndian = theirs.bytes();
        for (int i = 0; i < 16; i++) {
            byte swap = bigEndian[i];
            bigEndian[i] = bigEndian[31 - i];
            bigEndian[31 - i] = swap;
        }
        var agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, ours.bytes())));
        agreement.doPhase(
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))),
                true);
        return agreement.generateSecret();
    }

    private static byte[] hash(byte[]... parts) {
        return Blake2s.hash(32, NONE, concat(parts));
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = NONE;
        for (byte[] part : parts) {
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return all;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
