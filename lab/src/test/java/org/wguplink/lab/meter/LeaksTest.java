package org.wguplink.lab.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

@NeedsLab
class LeaksTest {
    @Test
    void whatShouldNotBeThereIsCountedAndNothingElse() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            LabNode b = lab.node("B");
            Leaks leaks = Leaks.watch(lab);
            for (String target : List.of(
                    "8.8.8.8",
                    "2001:4860:4860::8888",
                    b.site().mesh4(),
                    b.site().mesh6())) ping(a, target).orThrow();
            assertThat(leaks.count()).isEmpty();

            a.run("ip", "address", "add", "192.0.2.9/32", "dev", "lo").orThrow();
            a.run("ip", "address", "add", "2001:db8:99::9/128", "dev", "lo").orThrow();
            ping(a, b.site().mesh4(), "-I", "192.0.2.9");
            ping(a, b.site().mesh6(), "-I", "2001:db8:99::9");
            // B takes the source for one in the internet, and answers there
            assertThat(leaks.count())
                    .isEqualTo(Map.of(
                            "A on the mesh 192.0.2.9 . 10.250.0.2 . icmp 2001:db8:99::9 . fd00:250::2 . ipv6-icmp",
                            2L,
                            "B on its WAN 10.250.0.2 . 192.0.2.9 . icmp fd00:250::2 . 2001:db8:99::9 . ipv6-icmp",
                            2L));
        }
    }

    private static Command.Result ping(LabNode from, String target, String... more) throws IOException {
        return from.run(Stream.concat(Stream.of("ping", "-c", "1", "-W", "1", target), Stream.of(more))
                .toArray(String[]::new));
    }
}
