package org.wguplink.linux.wireguard.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-Poly1305 (RFC 8439) of the JDK, with the counter as nonce that WireGuard uses. */
final class Aead {
    private Aead() {}

    static SecretKey key(byte[] bytes) {
        return new SecretKeySpec(bytes, "ChaCha20");
    }

    static byte[] seal(SecretKey key, long counter, byte[] plain, byte[] associated) throws GeneralSecurityException {
        return cipher(Cipher.ENCRYPT_MODE, key, counter, associated).doFinal(plain);
    }

    /** @throws GeneralSecurityException when it was not sealed with this key, counter and associated data */
    static byte[] open(SecretKey key, long counter, byte[] sealed, byte[] associated) throws GeneralSecurityException {
        return cipher(Cipher.DECRYPT_MODE, key, counter, associated).doFinal(sealed);
    }

    private static Cipher cipher(int mode, SecretKey key, long counter, byte[] associated)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("ChaCha20-Poly1305");
        byte[] nonce = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putLong(counter)
                .array();
        cipher.init(mode, key, new IvParameterSpec(nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
