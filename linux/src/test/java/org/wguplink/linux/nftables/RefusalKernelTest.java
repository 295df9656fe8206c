package org.wguplink.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.linux.testing.NetNamespace;

/** host -- router, which has no way to where the host wants to go: unless somebody else has made one. */
@Tag("kernel")
class RefusalKernelTest {
    private static final InetSocketAddress FAR = new InetSocketAddress(Addresses.parse("192.0.2.9"), 80);

    private NetNamespace host;
    private NetNamespace router;
    private NetNamespace internet;
    private Nftables nftables;

    @BeforeEach
    void setUp() throws Exception {
        host = NetNamespace.create();
        router = NetNamespace.create();
        internet = NetNamespace.create();
        router.join("lan", "10.1.1.1/24", host, "eth0", "10.1.1.2/24");
        router.join("wan", "198.51.100.2/24", internet, "isp", "198.51.100.1/24");
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        host.run("ip", "route", "add", "default", "via", "10.1.1.1");
        nftables = router.in(Nftables::new);
        nftables.apply(new FirewallPlan(List.of(new FirewallPlan.Path(1, "wan", false, Set.of())), Optional.empty()));
    }

    @AfterEach
    void tearDown() {
        if (nftables != null) nftables.close();
        for (NetNamespace namespace : new NetNamespace[] {host, router, internet})
            if (namespace != null) namespace.close();
    }

    /** The kernel sends some ICMP messages a second and no more. */
    @Test
    void manyConnectionsAreRefusedAtOnce() {
        long begun = System.nanoTime();
        for (int i = 0; i < 40; i++) assertThat(connects()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whatSomebodyTranslatesIsNot() throws Exception {
        router.run(
                "nft",
                "table ip theirs { chain pre { type nat hook prerouting priority dstnat; tcp dport 80 redirect; }; }");
        try (ServerSocket _ = router.in(() -> new ServerSocket(80))) {
            assertThat(connects()).isTrue();
        }
    }

    /** As for a transparent proxy, of which there is none here: what carries the mark is local. */
    @Test
    void whatSomebodyMarksIsNot() {
        router.run(
                "nft",
                "table ip theirs { chain pre { type filter hook prerouting priority mangle; meta mark set 1; }; }");
        router.run("ip", "rule", "add", "fwmark", "1", "lookup", "100");
        router.run("ip", "route", "add", "local", "default", "dev", "lo", "table", "100");
        assertThatThrownBy(this::connects).hasRootCauseInstanceOf(SocketTimeoutException.class);
    }

    private boolean connects() {
        return host.in(() -> {
            try (var socket = new Socket()) {
                socket.connect(FAR, 2000);
                return true;
            } catch (ConnectException e) {
                return false;
            }
        });
    }
}
