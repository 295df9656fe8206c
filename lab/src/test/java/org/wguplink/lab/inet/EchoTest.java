package org.wguplink.lab.inet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EchoTest {
    @Test
    void theSourceAddressNamesTheNode() {
        Map<String, Integer> exits = Map.of(
                "100.64.3.2", 3,
                "2001:db8:4::2", 4,
                "10.1.3.2", 0,
                "fd01:3::2", 0,
                "100.65.3.2", 0);
        exits.forEach((address, exit) -> {
            ByteBuffer answer = ByteBuffer.allocate(64).putLong(7);
            Echo.putAddress(answer, InetAddress.ofLiteral(address));
            assertThat(Echo.exit(answer.flip())).as(address).isEqualTo(exit);
        });
    }

    @Test
    void aShortAnswerNamesNobody() {
        assertThat(Echo.exit(ByteBuffer.allocate(8))).isZero();
    }
}
