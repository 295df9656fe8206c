package org.wguplink.linux.wireguard.peer;

import static org.wguplink.linux.wireguard.peer.Blake2s.concatenated;
import static org.wguplink.linux.wireguard.peer.Blake2s.derive;
import static org.wguplink.linux.wireguard.peer.Blake2s.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.linux.wireguard.WireGuardKeys;

/**
 * The initiator's side of one handshake, Noise_IKpsk2 without a preshared key: a message out, a message in, and the two
 * keys of a session. Not thread-safe.
 */
final class Handshake {
    private static final byte[] CONSTRUCTION = ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
    private static final byte[] IDENTIFIER = ascii("WireGuard v1 zx2c4 Jason@zx2c4.com");
    private static final byte[] LABEL_MAC1 = ascii("mac1----");
    private static final int INITIATION = 1;
    private static final int RESPONSE = 2;
    private static final int INITIATION_LENGTH = 148;
    private static final int RESPONSE_LENGTH = 92;
    private static final int MAC = 16;
    /** TAI64N: seconds since 1970 from this label on; leap seconds are left out, as WireGuard does. */
    private static final long TAI64_EPOCH = 0x400000000000000aL;

    private final WireGuardSecret own;
    private final WireGuardKey peer;
    private final int index;
    private final WireGuardSecret ephemeral = WireGuardKeys.generate();
    private byte[] chain = hash(CONSTRUCTION);
    private byte[] transcript = hash(chain, IDENTIFIER);

    /** What both sides have after it. {@code peerIndex} is how the peer names the session. */
    record Keys(SecretKey send, SecretKey receive, int peerIndex) {}

    /** @param index how we name the session */
    Handshake(WireGuardSecret own, WireGuardKey peer, int index) {
        this.own = own;
        this.peer = peer;
        this.index = index;
        learn(peer.bytes());
    }

    /** @param time later than that of any handshake before with the same key */
    byte[] initiation(Instant time) throws GeneralSecurityException {
        byte[] ephemeralKey = WireGuardKeys.publicKey(ephemeral).bytes();
        chain = derive(1, chain, ephemeralKey)[0];
        learn(ephemeralKey);
        byte[] sealedKey =
                seal(agree(ephemeral, peer), WireGuardKeys.publicKey(own).bytes());
        byte[] stamp = ByteBuffer.allocate(12)
                .putLong(TAI64_EPOCH + time.getEpochSecond())
                .putInt(time.getNano())
                .array();
        byte[] sealedTime = seal(agree(own, peer), stamp);
        var message = ByteBuffer.allocate(INITIATION_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(INITIATION)
                .putInt(index)
                .put(ephemeralKey)
                .put(sealedKey)
                .put(sealedTime);
        byte[] unsigned = Arrays.copyOf(message.array(), message.position());
        // the second code stays zero: it is asked for by a cookie, from who sends too much
        message.put(Blake2s.mac(hash(LABEL_MAC1, peer.bytes()), unsigned));
        return message.array();
    }

    /** Empty for what is no answer to our message. */
    Optional<Keys> response(byte[] datagram) {
        var message = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        if (datagram.length != RESPONSE_LENGTH || message.getInt(0) != RESPONSE || message.getInt(8) != index)
            return Optional.empty();
        try {
            byte[] theirs = Arrays.copyOfRange(datagram, 12, 12 + WireGuardKey.LENGTH);
            byte[] nothing = Arrays.copyOfRange(datagram, 12 + WireGuardKey.LENGTH, RESPONSE_LENGTH - 2 * MAC);
            WireGuardKey theirKey = WireGuardKey.of(theirs);
            chain = derive(1, chain, theirs)[0];
            learn(theirs);
            chain = derive(1, chain, agree(ephemeral, theirKey))[0];
            chain = derive(1, chain, agree(own, theirKey))[0];
            byte[][] keys = derive(3, chain, new byte[WireGuardKey.LENGTH]);
            chain = keys[0];
            learn(keys[1]);
            Aead.open(Aead.key(keys[2]), 0, nothing, transcript);
            byte[][] session = derive(2, chain, new byte[0]);
            return Optional.of(new Keys(Aead.key(session[0]), Aead.key(session[1]), message.getInt(4)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private byte[] seal(byte[] secret, byte[] plain) throws GeneralSecurityException {
        byte[][] keys = derive(2, chain, secret);
        chain = keys[0];
        byte[] sealed = Aead.seal(Aead.key(keys[1]), 0, plain, transcript);
        learn(sealed);
        return sealed;
    }

    private void learn(byte[] part) {
        transcript = hash(concatenated(transcript, part));
    }

    private static byte[] agree(WireGuardSecret secret, WireGuardKey key) throws GeneralSecurityException {
        return WireGuardKeys.agree(secret, key);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
