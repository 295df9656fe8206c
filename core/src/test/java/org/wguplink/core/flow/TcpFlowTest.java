package org.wguplink.core.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;

class TcpFlowTest {
    private static final Tuple LAN_TO_SERVER = tuple("10.1.1.2", 40000, "8.8.8.8", 443);
    private static final Tuple SERVER_TO_WAN = tuple("8.8.8.8", 443, "100.64.1.2", 50000);
    private static final Tuple REMOTE_TO_WAN = tuple("9.9.9.9", 50000, "100.64.1.2", 80);
    private static final Tuple LAN_SERVER_TO_REMOTE = tuple("10.1.1.2", 8080, "9.9.9.9", 50000);

    @Test
    void aMasqueradedConnectionIsTickledAtTheClientAsTheClientSeesIt() {
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(LAN_TO_SERVER, SERVER_TO_WAN, true))))
                .containsExactly(tuple("8.8.8.8", 443, "10.1.1.2", 40000));
    }

    @Test
    void aForwardedPortIsTickledAtTheServerInTheLan() {
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(REMOTE_TO_WAN, LAN_SERVER_TO_REMOTE, true))))
                .containsExactly(tuple("9.9.9.9", 50000, "10.1.1.2", 8080));
    }

    /** A resolver that the router puts in place of the one that was asked. */
    @Test
    void whereBothEndsAreTranslatedTheOneThatBeganIsOurs() {
        Tuple asked = tuple("10.1.1.2", 40000, "8.8.8.8", 53);
        Tuple answers = tuple("9.9.9.9", 53, "100.64.1.2", 50000);
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(asked, answers, true))))
                .containsExactly(tuple("8.8.8.8", 53, "10.1.1.2", 40000));
    }

    @Test
    void aPortThatIsTranslatedAloneCountsToo() {
        Tuple answers = tuple("8.8.8.8", 443, "10.1.1.2", 50000);
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(LAN_TO_SERVER, answers, true))))
                .containsExactly(LAN_TO_SERVER.reversed());
    }

    @Test
    void withoutTranslationBothEndsAreTickled() {
        Tuple out = tuple("2001:db8:1::2", 40000, "2001:db8:9::9", 443);
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(out, out.reversed(), true))))
                .containsExactly(out.reversed(), out);
    }

    @Test
    void aConnectionThatIsNotOpenIsLeftAlone() {
        assertThat(TcpFlow.tickles(List.of(new TcpFlow(LAN_TO_SERVER, SERVER_TO_WAN, false))))
                .isEmpty();
    }

    @Test
    void aTupleHasPortsAndOneFamily() {
        assertThatThrownBy(() -> tuple("8.8.8.8", 65536, "1.1.1.1", 1)).hasMessageContaining("65536");
        assertThatThrownBy(() -> tuple("8.8.8.8", 1, "2001:db8::1", 1)).hasMessageContaining("one family");
    }

    private static Tuple tuple(String source, int sourcePort, String destination, int destinationPort) {
        return new Tuple(Addresses.parse(source), sourcePort, Addresses.parse(destination), destinationPort);
    }
}
