package org.wguplink.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.testing.NetNamespace;

/** The oracle is conntrack(8). */
@Tag("kernel")
class ConntrackKernelTest {
    private NetNamespace here;

    @BeforeEach
    void setUp() {
        here = NetNamespace.create();
        add("192.0.2.1", "0x02000001");
        add("192.0.2.2", "0x02000000");
        add("2001:db8::2", "0x02000002");
        add("192.0.2.3", "0x03000000");
        add("192.0.2.4", "0");
        add("2001:db8::3", "0x03000000");
    }

    @AfterEach
    void tearDown() {
        if (here != null) here.close();
    }

    @Test
    void deletesOneMarksEntriesOfBothFamiliesWhateverTheOtherBits() throws Exception {
        try (var conntrack = here.in(Conntrack::new)) {
            conntrack.deleteByMark(Layout.mark(2), Family.BOTH);
            assertThat(destinations()).containsExactly("192.0.2.3", "192.0.2.4", "2001:db8::3");
            conntrack.deleteByMark(Layout.mark(9), Family.BOTH);
            assertThat(destinations()).hasSize(3);
        }
    }

    @Test
    void deletesOneFamilyAlone() throws Exception {
        try (var conntrack = here.in(Conntrack::new)) {
            conntrack.deleteByMark(Layout.mark(2), Set.of(Family.IPV4));
            assertThat(destinations()).containsExactly("192.0.2.3", "192.0.2.4", "2001:db8::2", "2001:db8::3");
            conntrack.deleteByMark(Layout.mark(3), Set.of(Family.IPV6));
            assertThat(destinations()).containsExactly("192.0.2.3", "192.0.2.4", "2001:db8::2");
        }
    }

    @Test
    void listsTheTcpConnectionsOfOneMarkWithTranslationAndState() throws Exception {
        addTcp("ESTABLISHED", "10.1.1.2", 40000, "8.8.8.8", "100.64.1.2", 50000);
        addTcp("SYN_SENT", "10.1.1.2", 40001, "8.8.8.8", "10.1.1.2", 40001);
        addTcp("CLOSE_WAIT", "fd01::2", 65535, "2001:db8:9::9", "2001:db8:1::2", 1024);
        addTcp("TIME_WAIT", "fd01::2", 65534, "2001:db8:9::9", "fd01::2", 65534);
        try (var conntrack = here.in(Conntrack::new)) {
            List<TcpFlow> flows = conntrack.tcpFlows(Layout.mark(2), 100);
            assertThat(flows.stream()
                            .map(ConntrackKernelTest::describe)
                            .sorted()
                            .toList())
                    .isEqualTo(tcpLines());
            assertThat(flows.stream()
                            .filter(TcpFlow::open)
                            .map(f -> f.original().sourcePort()))
                    .containsExactlyInAnyOrder(40000, 65535);
            assertThat(conntrack.tcpFlows(Layout.mark(2), 3)).hasSize(3);
            assertThat(conntrack.tcpFlows(Layout.mark(3), 100)).isEmpty();
        }
    }

    @Test
    void twoPathsThatDieTogetherBothLoseTheirFlows() throws Exception {
        try (var ender = here.in(FlowEnder::new)) {
            ender.deleteByMark(Layout.mark(2), Family.BOTH);
            ender.deleteByMark(Layout.mark(3), Family.BOTH);
            assertThat(destinations()).containsExactly("192.0.2.4");
        }
    }

    @Test
    void tellsWhichTcpConnectionsItHasDeletedAndNothingOfOthers() throws Exception {
        try (var ender = here.in(FlowEnder::new)) {
            assertThat(ender.reported()).isTrue();
            addTcp("ESTABLISHED", "10.1.1.2", 40000, "8.8.8.8", "100.64.1.2", 50000);
            addTcp("SYN_SENT", "10.1.1.2", 40001, "8.8.8.8", "10.1.1.2", 40001);
            here.run("conntrack", "-D", "-p", "tcp", "--orig-port-src", "40001");
            assertThat(ender.deleted(10)).isEmpty();
            ender.deleteByMark(Layout.mark(2), Family.BOTH);
            assertThat(ender.deleted(10))
                    .extracting(f -> f.original().sourcePort())
                    .containsExactly(40000);
            assertThat(ender.deleted(10)).isEmpty();
            addTcp("ESTABLISHED", "10.1.1.2", 40002, "8.8.8.8", "100.64.1.2", 50000);
            addTcp("ESTABLISHED", "10.1.1.2", 40003, "8.8.8.8", "100.64.1.2", 50001);
            ender.deleteByMark(Layout.mark(2), Family.BOTH);
            assertThat(ender.deleted(1)).hasSize(1);
            assertThat(destinations()).doesNotContain("8.8.8.8");
        }
    }

    /** As conntrack(8) prints it. */
    private static String describe(TcpFlow flow) {
        return describe(flow.original()) + " " + describe(flow.reply());
    }

    private static String describe(Tuple tuple) {
        return "src=%s dst=%s sport=%d dport=%d"
                .formatted(
                        text(tuple.source()), text(tuple.destination()), tuple.sourcePort(), tuple.destinationPort());
    }

    /** With the longest row of zeros left out, which is one row in our addresses. */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst(":0(:0)+:", "::");
    }

    private List<String> tcpLines() {
        String entries = here.run("conntrack", "-L", "-p", "tcp", "-f", "ipv4")
                + here.run("conntrack", "-L", "-p", "tcp", "-f", "ipv6");
        return entries.lines()
                .filter(line -> line.startsWith("tcp"))
                .map(line -> line.replaceFirst(".*?(src=)", "$1").replaceAll("\\[\\w+\\] | mark=.*", ""))
                .sorted()
                .toList();
    }

    private void addTcp(String state, String from, int port, String to, String seenAs, int seenPort) {
        String command = ("conntrack -I -p tcp -s %s -d %s --sport %d --dport 443 -r %s -q %s"
                        + " --reply-port-src 443 --reply-port-dst %d -t 60 -m 0x02000000 --state %s")
                .formatted(from, to, port, to, seenAs, seenPort, state);
        here.run(command.split(" ", -1));
    }

    private void add(String destination, String mark) {
        String source = destination.contains(":") ? "2001:db8::1" : "192.0.2.99";
        here.run(
                "conntrack",
                "-I",
                "-p",
                "udp",
                "-s",
                source,
                "-d",
                destination,
                "--sport",
                "1000",
                "--dport",
                "53",
                "-t",
                "60",
                "-m",
                mark);
    }

    private List<String> destinations() {
        String entries = here.run("conntrack", "-L", "-f", "ipv4") + here.run("conntrack", "-L", "-f", "ipv6");
        return entries.lines()
                .filter(line -> line.startsWith("udp"))
                .map(line -> line.replaceFirst(".*? dst=(\\S+) .*", "$1"))
                .sorted()
                .toList();
    }
}
