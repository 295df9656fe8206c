package org.wguplink.lab.inet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Lab;

@NeedsLab
class InternetServersTest {
    private static final String QUESTION = "1234 0100 0001 0000 0000 0000 076578616d706c65 03636f6d 00 %s 0001";
    private static final String ANSWER = "1234 8180 0001 %s 0000 0000 076578616d706c65 03636f6d 00 %s 0001";

    @Test
    void aLanHostFindsWebNamesAndEcho() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            String host = lab.node("B").hostNamespace();
            assertThat(tcp(host, 80, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\n\r\n100.64.2.2\n ");
            assertThat(tcp(host, 80, "GET /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .startsWith("HTTP/1.1 204 ");
            assertThat(tcp(host, 7008, "hello")).isEqualTo("hello");
            assertThat(dns(host, QUESTION.formatted("0001")))
                    .as("type A")
                    .isEqualTo(hex(ANSWER.formatted("0001", "0001") + "c00c 0001 0001 0000003c 0004 c0000201"));
            assertThat(dns(host, QUESTION.formatted("001c")))
                    .as("type AAAA")
                    .isEqualTo(hex(ANSWER.formatted("0000", "001c")));
        }
    }

    private static String tcp(String namespace, int port, String say) throws Exception {
        InetSocketAddress server = new InetSocketAddress("8.8.8.8", port);
        try (SocketChannel channel = InNamespace.call(namespace, () -> SocketChannel.open(server))) {
            channel.write(US_ASCII.encode(say));
            channel.shutdownOutput();
            ByteBuffer heard = ByteBuffer.allocate(2 * InternetServers.PAGE_BYTES);
            while (channel.read(heard) >= 0) assertThat(heard.hasRemaining()).isTrue();
            return US_ASCII.decode(heard.flip()).toString();
        }
    }

    private static String dns(String namespace, String question) throws Exception {
        InetSocketAddress server = new InetSocketAddress("1.1.1.1", 53);
        try (DatagramChannel channel =
                InNamespace.call(namespace, () -> DatagramChannel.open().connect(server))) {
            channel.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex(question))));
            byte[] answer = new byte[512];
            int length = channel.read(ByteBuffer.wrap(answer));
            return HexFormat.of().formatHex(answer, 0, length);
        }
    }

    private static String hex(String spaced) {
        return spaced.replace(" ", "");
    }
}
