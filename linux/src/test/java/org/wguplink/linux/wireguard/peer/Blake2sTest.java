package org.wguplink.linux.wireguard.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Blake2sTest {
    /** RFC 7693, appendix B. */
    @Test
    void hashesTheExampleOfTheStandard() {
        assertThat(HexFormat.of().formatHex(Blake2s.hash("abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }

    /** The sequence of RFC 7693, appendix E. */
    @Test
    void agreesWithAnotherImplementationOverManyLengthsWithAndWithoutAKey() {
        byte[] all = new byte[0];
        for (int length : new int[] {0, 3, 64, 65, 255, 1024}) {
            all = Blake2s.concatenated(
                    all, Blake2s.hash(sequence(length)), Blake2s.mac(sequence(32), sequence(length)));
        }
        assertThat(HexFormat.of().formatHex(Blake2s.hash(all))).isEqualTo(GOLDEN);
    }

    /** As Python's {@code hashlib.blake2s} has it. */
    private static final String GOLDEN = "f567a0a1ba8d320e449124e98127ffc36fc34e06fdbd2460a3965ed49064cb74";

    /** The standard's {@code selftest_seq}. */
    private static byte[] sequence(int length) {
        var out = new byte[length];
        int a = 0xdead4bad * length;
        int b = 1;
        for (int i = 0; i < length; i++) {
            int t = a + b;
            a = b;
            b = t;
            out[i] = (byte) (t >>> 24);
        }
        return out;
    }
}
