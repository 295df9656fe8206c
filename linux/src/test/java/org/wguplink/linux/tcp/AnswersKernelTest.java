package org.wguplink.linux.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A UDP service of the router that is bound to no address, asked by its WAN while new flows take an uplink. */
@Tag("kernel")
class AnswersKernelTest {
    private static final int PORT = 5353;
    private static final int PATIENCE_MS = 10_000;
    private static final int REFUSAL_MS = 300;

    private TwoExits net;
    private DatagramSocket service;

    @BeforeEach
    void setUp() throws Exception {
        net = new TwoExits();
        service = net.router.in(() -> new DatagramSocket(PORT));
        service.setSoTimeout(PATIENCE_MS);
        net.newFlowsBy(TwoExits.UPLINK);
    }

    @AfterEach
    void tearDown() {
        if (service != null) service.close();
        if (net != null) net.close();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.9, 198.51.100.2, 100",
        "192.0.2.9, 198.51.100.2, 5000",
        "2001:db8:99::9, 2001:db8:1::2, 100",
        "2001:db8:99::9, 2001:db8:1::2, 5000"
    })
    void itAnswersFromTheAddressThatWasAsked(String asker, String asked, int bytes) throws Exception {
        try (DatagramSocket client = client(asker, asked)) {
            for (int question = 1; question <= 3; question++) {
                client.send(new DatagramPacket(new byte[bytes], bytes));
                answer();
                assertThat(received(client)).isEqualTo(bytes);
            }
            // the table is made anew, and forgets; the next question is answered as before
            net.filter();
            client.send(new DatagramPacket(new byte[bytes], bytes));
            answer();
            assertThat(received(client)).isEqualTo(bytes);
        }
    }

    /** What the router asks by itself goes by the uplink, whoever asked the router before. */
    @ParameterizedTest
    @CsvSource({"192.0.2.9, 198.51.100.2, 10.9.0.2", "2001:db8:99::9, 2001:db8:1::2, fd09:0:0:0:0:0:0:2"})
    void whatTheRouterAsksByItselfLeavesByTheUplink(String asker, String asked, String uplink) throws Exception {
        try (DatagramSocket client = client(asker, asked);
                DatagramSocket server = net.internet.in(
                        () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(asker), PORT + 1)))) {
            client.send(new DatagramPacket(new byte[1], 1));
            answer();
            assertThat(received(client)).isOne();
            service.send(new DatagramPacket(new byte[1], 1, server.getLocalSocketAddress()));
            var question = new DatagramPacket(new byte[9], 9);
            server.setSoTimeout(PATIENCE_MS);
            server.receive(question);
            assertThat(question.getAddress().getHostAddress()).isEqualTo(uplink);
            client.setSoTimeout(REFUSAL_MS);
            assertThat(received(client)).isZero();
        }
    }

    /** Takes answers from the address that it asked alone. */
    private DatagramSocket client(String asker, String asked) throws Exception {
        DatagramSocket client =
                net.internet.in(() -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(asker), 40000)));
        client.setSoTimeout(PATIENCE_MS);
        client.connect(InetAddress.ofLiteral(asked), PORT);
        return client;
    }

    private void answer() throws Exception {
        var question = new DatagramPacket(new byte[9000], 9000);
        service.receive(question);
        service.send(question);
    }

    /** Bytes that came; 0 when none came. */
    private static int received(DatagramSocket client) throws Exception {
        var answer = new DatagramPacket(new byte[9000], 9000);
        try {
            client.receive(answer);
            return answer.getLength();
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }
}
