package org.wguplink.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
            conntrack.deleteByMark(Layout.mark(2));
            assertThat(destinations()).containsExactly("192.0.2.3", "192.0.2.4", "2001:db8::3");
            conntrack.deleteByMark(Layout.mark(9));
            assertThat(destinations()).hasSize(3);
        }
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
