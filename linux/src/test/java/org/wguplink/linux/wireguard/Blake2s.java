package org.wguplink.linux.wireguard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2s (RFC 7693), which the JDK does not have; for tests, one call a hash. */
final class Blake2s {
    private static final int BLOCK = 64;
    private static final int ROUNDS = 10;
    private static final int[] IV = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
    };
    /** The message schedule of section 2.7, a digit of base 16 for each word. */
    private static final String[] SIGMA = {
        "0123456789abcdef",
        "ea489fd61c02b753",
        "b8c052fdae367194",
        "7931dcbe265a40f8",
        "905724afe1bc683d",
        "2c6a0b834d75fe19",
        "c51fed4a0763928b",
        "db7ec13950f4862a",
        "6fe9b308c2d714a5",
        "a2847615fb9e3cd0"
    };

    private Blake2s() {}

    static byte[] hash(int length, byte[] key, byte[] input) {
        byte[] message = key.length == 0 ? input : concat(Arrays.copyOf(key, BLOCK), input);
        int[] state = IV.clone();
        state[0] ^= 0x01010000 ^ (key.length << 8) ^ length;
        int blocks = Math.max(1, (message.length + BLOCK - 1) / BLOCK);
        for (int i = 0; i < blocks; i++) {
            byte[] block = Arrays.copyOf(
                    Arrays.copyOfRange(message, i * BLOCK, Math.min(message.length, (i + 1) * BLOCK)), BLOCK);
            boolean last = i == blocks - 1;
            compress(state, block, last ? message.length : (i + 1) * BLOCK, last);
        }
        ByteBuffer out = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : state) out.putInt(word);
        return Arrays.copyOf(out.array(), length);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static void compress(int[] state, byte[] block, int count, boolean last) {
        int[] m = new int[16];
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(m);
        int[] v = Arrays.copyOf(state, 16);
        System.arraycopy(IV, 0, v, 8, 8);
        v[12] ^= count;
        if (last) v[14] = ~v[14];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 8; i++) {
                int x = m[Character.digit(SIGMA[round].charAt(2 * i), 16)];
                int y = m[Character.digit(SIGMA[round].charAt(2 * i + 1), 16)];
                // first the columns, then the diagonals
                int turn = i / 4;
                mix(v, i % 4, 4 + (i + turn) % 4, 8 + (i + 2 * turn) % 4, 12 + (i + 3 * turn) % 4, x, y);
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
