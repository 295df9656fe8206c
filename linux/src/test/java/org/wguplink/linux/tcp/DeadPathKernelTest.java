package org.wguplink.linux.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wguplink.linux.tcp.TwoExits.SERVER4;
import static org.wguplink.linux.tcp.TwoExits.UPLINK;
import static org.wguplink.linux.tcp.TwoExits.WAN;
import static org.wguplink.linux.tcp.TwoExits.accept;
import static org.wguplink.linux.tcp.TwoExits.carries;
import static org.wguplink.linux.tcp.TwoExits.endOf;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.flow.TcpFlow;

/** TCP connections whose path dies, where the far end never says a word to a segment that it does not know. */
@Tag("kernel")
class DeadPathKernelTest {
    private static final String RESET = "Connection reset";

    private TwoExits net;

    @BeforeEach
    void setUp() throws Exception {
        net = new TwoExits();
    }

    @AfterEach
    void tearDown() {
        if (net != null) net.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {TwoExits.SERVER4, TwoExits.SERVER6})
    void anIdleClientInTheLanIsResetWhenItsWanDies(String address) throws Exception {
        try (ServerSocket server = net.listen(net.internet, address, 7008);
                Socket client = net.connect(net.host, address, 7008);
                Socket served = accept(server)) {
            assertThat(carries(client, served)).isTrue();
            net.swallow("wan");
            net.die(WAN, UPLINK);
            assertThat(endOf(client)).isEqualTo(RESET);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TwoExits.SERVER4, TwoExits.SERVER6})
    void anIdleClientInTheLanIsResetWhenItsUplinkDiesAndTheWanIsNext(String address) throws Exception {
        net.newFlowsBy(UPLINK);
        try (ServerSocket server = net.listen(net.internet, address, 7008);
                Socket client = net.connect(net.host, address, 7008);
                Socket served = accept(server)) {
            assertThat(carries(client, served)).isTrue();
            net.swallow("tun");
            net.moved();
            net.die(UPLINK, WAN);
            assertThat(endOf(client)).isEqualTo(RESET);
        }
    }

    @Test
    void whileNothingMovedTheWanTakesSegmentsOfUnknownConnections() throws Exception {
        net.internet.run("nft", "flush table inet silent");
        try (ServerSocket server = net.listen(net.internet, SERVER4, 7008);
                Socket client = net.connect(net.host, SERVER4, 7008);
                Socket served = accept(server)) {
            net.die(WAN, WAN);
            assertThat(carries(client, served)).isTrue();
        }
    }

    @Test
    void aConnectionOfAnUplinkThatLivesIsLeftAloneWhenNewFlowsGoBackToTheWan() throws Exception {
        net.newFlowsBy(UPLINK);
        try (ServerSocket server = net.listen(net.internet, SERVER4, 7008);
                Socket client = net.connect(net.host, SERVER4, 7008);
                Socket served = accept(server)) {
            assertThat(carries(client, served)).isTrue();
            net.newFlowsBy(WAN);
            assertThat(carries(client, served)).isTrue();
            assertThat(carries(served, client)).isTrue();
        }
    }

    @Test
    void aServerInTheLanBehindAForwardedPortIsResetWhenTheWanDies() throws Exception {
        net.router.run(
                "nft",
                "table inet forwards { chain pre { type nat hook prerouting priority dstnat;"
                        + " iifname \"wan\" tcp dport 80 dnat ip to 10.1.1.2:8080; }; }");
        try (ServerSocket server = net.listen(net.host, "10.1.1.2", 8080);
                Socket visiting = net.connect(net.internet, visitor(), TwoExits.WAN4, 80);
                Socket served = accept(server)) {
            assertThat(carries(visiting, served)).isTrue();
            net.swallow("wan");
            net.die(WAN, UPLINK);
            assertThat(endOf(served)).isEqualTo(RESET);
        }
    }

    private static InetSocketAddress visitor() {
        return new InetSocketAddress(InetAddress.ofLiteral(SERVER4), 40000);
    }

    /** Where the kernel cannot destroy sockets. Over IPv6 its reset does not come back to the router itself. */
    @Test
    void aConnectionOfTheRouterItselfIsReset() throws Exception {
        try (ServerSocket server = net.listen(net.internet, SERVER4, 7008);
                Socket own = net.connect(net.router, SERVER4, 7008);
                Socket served = accept(server)) {
            assertThat(carries(own, served)).isTrue();
            net.swallow("wan");
            net.die(WAN, UPLINK);
            assertThat(endOf(own)).isEqualTo(RESET);
        }
    }

    @Test
    void noForgedSegmentLeavesByAPath() throws Exception {
        try (ServerSocket server = net.listen(net.internet, SERVER4, 7008);
                Socket client = net.connect(net.host, SERVER4, 7008);
                Socket served = accept(server)) {
            assertThat(carries(client, served)).isTrue();
            TcpFlow flow = net.flowsOf(WAN).getFirst();
            assertThat(net.tickle(flow.original().reversed())).isTrue();
            assertThat(net.tickle(flow.reply().reversed())).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TwoExits.SERVER4, TwoExits.SERVER6})
    void theSocketsOfTheRouterThatAreConnectedByADeadPathAreDestroyed(String address) throws Exception {
        try (ServerSocket server = net.listen(net.internet, address, 7008);
                Socket own = net.connect(net.router, address, 7008);
                Socket other = net.connect(net.router, address, 7008);
                Socket served = accept(server);
                Socket otherServed = accept(server);
                OwnSockets sockets = net.router.in(OwnSockets::new)) {
            TcpFlow flow = net.flowsOf(WAN).stream()
                    .filter(f -> f.original().sourcePort() == own.getLocalPort())
                    .findFirst()
                    .orElseThrow();
            assertThat(sockets.destroy(Set.of(flow.reply()))).isZero();
            assertThat(sockets.destroy(Set.of(flow.original()))).isOne();
            assertThat(endOf(own)).isEqualTo("Software caused connection abort");
            assertThat(carries(other, otherServed)).isTrue();
            assertThat(served.isConnected()).isTrue();
        }
    }
}
