package org.wguplink.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.probe.IcmpSocket;
import org.wguplink.linux.testing.NetNamespace;

@Tag("kernel")
class TrafficCountersKernelTest {
    private static final InetAddress ISP4 = Addresses.parse("198.51.100.1");
    private static final int PATH = 12;

    private NetNamespace here;
    private NetNamespace there;
    private Nftables nftables;
    private TrafficCounters counters;

    @BeforeEach
    void setUp() throws Exception {
        here = NetNamespace.create();
        there = NetNamespace.create();
        here.join("wan", "198.51.100.2/24", there, "isp", "198.51.100.1/24");
        here.run("ip", "address", "add", "2001:db8:1::2/64", "dev", "wan", "nodad");
        there.run("ip", "address", "add", "2001:db8:1::1/64", "dev", "isp", "nodad");
        nftables = here.in(Nftables::new);
        counters = here.in(TrafficCounters::new);
        nftables.apply(new FirewallPlan(
                List.of(
                        new FirewallPlan.Path(PATH, "wan", false, Set.of()),
                        new FirewallPlan.Path(3, "wgup-ana", true, Set.of())),
                Optional.empty()));
    }

    @AfterEach
    void tearDown() {
        if (counters != null) counters.close();
        if (nftables != null) nftables.close();
        if (here != null) here.close();
        if (there != null) there.close();
    }

    @Test
    void countsWhatAFlowSendsAndWhatComesBackByFamily() throws Exception {
        here.run("ping", "-c3", "-i0.01", "198.51.100.1");
        here.run("ping", "-c5", "-i0.01", "2001:db8:1::1");
        assertThat(read()).isEqualTo("4: 3/3 6: 5/5");
        there.run("nft", "add table inet t; add chain inet t i { type filter hook input priority 0; policy drop; }");
        here.output("ping", "-c2", "-i0.01", "-W0.1", "198.51.100.1");
        assertThat(read()).isEqualTo("4: 5/3 6: 5/5");
    }

    @Test
    void aResetIsNoAnswerAndWhatAServerSaysIsOne() throws Exception {
        here.output("bash", "-c", "exec 3<>/dev/tcp/198.51.100.1/9");
        assertThat(read()).isEqualTo("4: 1/0 6: 0/0");
        try (var _ = there.in(() -> new ServerSocket(9))) {
            here.run("bash", "-c", "exec 3<>/dev/tcp/198.51.100.1/9");
            counters.read();
            assertThat(counters.answered(PATH, Family.IPV4)).isPositive();
        }
    }

    @Test
    void probesAndOuterPacketsAndWhoComesUncalledDoNotCount() throws Exception {
        for (FwMark mark : List.of(Layout.probe(PATH), Layout.OUTER))
            try (var probe = here.in(() -> IcmpSocket.open("wan", mark, Family.IPV4))) {
                for (int sequence = 1; sequence < 4; sequence++)
                    assertThat(probe.send(ISP4, sequence)).isTrue();
            }
        there.run("ping", "-c2", "-i0.01", "198.51.100.2");
        assertThat(read()).isEqualTo("4: 0/0 6: 0/0");
        try (var flow = here.in(() -> IcmpSocket.open("wan", Layout.mark(PATH), Family.IPV4))) {
            assertThat(flow.send(ISP4, 1)).isTrue();
            assertThat(read()).startsWith("4: 1/");
        }
    }

    @Test
    void withoutOurTableThereIsNothing() throws Exception {
        here.run("ping", "-c1", "198.51.100.1");
        nftables.remove();
        assertThat(read()).isEqualTo("4: 0/0 6: 0/0");
    }

    private String read() throws Exception {
        counters.read();
        return "4: %d/%d 6: %d/%d"
                .formatted(
                        counters.sent(PATH, Family.IPV4),
                        counters.answered(PATH, Family.IPV4),
                        counters.sent(PATH, Family.IPV6),
                        counters.answered(PATH, Family.IPV6));
    }
}
