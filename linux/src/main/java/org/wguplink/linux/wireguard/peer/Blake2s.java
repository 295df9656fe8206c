package org.wguplink.linux.wireguard.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2s (RFC 7693), which the JDK does not have, and what WireGuard makes of it. Not for bulk: a call is one message. */
final class Blake2s {
    private Blake2s() {}

    static final int HASH = 32;

    private static final int BLOCK = 64;
    private static final int WORDS = 16;
    private static final int ROUNDS = 10;

    /** The initial values of SHA-256 (RFC 7693 section 2.6). */
    private static final int[] IV = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };

    /** The order of the message's words in each round, a hexadecimal digit a word (RFC 7693 section 2.7). */
    private static final String[] SIGMA = {
        "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
        "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"
    };

    /** The hash of all parts, one after another. */
    static byte[] hash(byte[]... parts) {
        return digest(HASH, new byte[0], concatenated(parts));
    }

    /** The keyed hash of 16 bytes: WireGuard's {@code Mac}. */
    static byte[] mac(byte[] key, byte[] message) {
        return digest(16, key, message);
    }

    /** HMAC (RFC 2104): WireGuard's {@code Hmac}. */
    static byte[] hmac(byte[] key, byte[]... parts) {
        byte[] inner = Arrays.copyOf(key, BLOCK);
        byte[] outer = inner.clone();
        for (int i = 0; i < BLOCK; i++) {
            inner[i] ^= 0x36;
            outer[i] ^= 0x5c;
        }
        return hash(outer, hash(inner, concatenated(parts)));
    }

    /** WireGuard's {@code Kdf} (HKDF, RFC 5869): {@code count} keys out of a key and what was learnt. */
    static byte[][] derive(int count, byte[] key, byte[] input) {
        byte[] secret = hmac(key, input);
        var keys = new byte[count][];
        byte[] last = new byte[0];
        for (int i = 0; i < count; i++) {
            last = hmac(secret, last, new byte[] {(byte) (i + 1)});
            keys[i] = last;
        }
        return keys;
    }

    static byte[] concatenated(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        var all = ByteBuffer.allocate(length);
        for (byte[] part : parts) all.put(part);
        return all.array();
    }

    private static byte[] digest(int length, byte[] key, byte[] message) {
        int[] state = IV.clone();
        state[0] ^= 0x01010000 ^ (key.length << 8) ^ length;
        byte[] data = key.length == 0 ? message : concatenated(Arrays.copyOf(key, BLOCK), message);
        int at = 0;
        // the last block is compressed apart, also when it is full; an empty message is one block of zeroes
        for (; data.length - at > BLOCK; at += BLOCK) compress(state, data, at, at + BLOCK, false);
        compress(state, data, at, data.length, true);
        var out = ByteBuffer.allocate(HASH).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : state) out.putInt(word);
        return Arrays.copyOf(out.array(), length);
    }

    /** @param counted the bytes up to the end of this block */
    private static void compress(int[] state, byte[] data, int from, int counted, boolean last) {
        var block =
                ByteBuffer.wrap(Arrays.copyOfRange(data, from, from + BLOCK)).order(ByteOrder.LITTLE_ENDIAN);
        var words = new int[WORDS];
        for (int i = 0; i < WORDS; i++) words[i] = block.getInt();
        int[] v = Arrays.copyOf(state, WORDS);
        System.arraycopy(IV, 0, v, 8, 8);
        v[12] ^= counted;
        if (last) v[14] = ~v[14];
        for (int round = 0; round < ROUNDS; round++) {
            String order = SIGMA[round];
            for (int i = 0; i < 8; i++) {
                int x = words[Character.digit(order.charAt(2 * i), 16)];
                int y = words[Character.digit(order.charAt(2 * i + 1), 16)];
                // four columns, then four diagonals
                int shift = i < 4 ? 0 : 1;
                int column = i % 4;
                mix(
                        v,
                        column,
                        4 + (column + shift) % 4,
                        8 + (column + 2 * shift) % 4,
                        12 + (column + 3 * shift) % 4,
                        x,
                        y);
            }
        }
        for (int i = 0; i < 8; i++) state[i] ^= v[i] ^ v[i + 8];
    }

    private static void mix(int[] v, int a, int b, int c, int d, int x, int y) {
        v[a] += v[b] + x;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 7);
    }
}
