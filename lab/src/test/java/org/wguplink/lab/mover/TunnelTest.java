package org.wguplink.lab.mover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.meter.PathBytes;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

@NeedsLab
class TunnelTest {
    private static final int PING_BYTES = 20 + 8 + 56;

    @Test
    void itLeadsToTheInternetAndItsPacketsAreCountedWithoutTheirCarrier() throws IOException {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode client = lab.node("C");
            Tunnel tunnel = Tunnel.make(lab, client).getFirst();
            PathBytes bytes = PathBytes.watch(client);
            client.run("ping", "-c1", "-W2", "-I", tunnel.device(), "8.8.8.8").orThrow();
            client.run("ping", "-c1", "-W2", "-I", "wan", "8.8.8.8").orThrow();
            assertThat(bytes.count()).isEqualTo(2 * 2 * PING_BYTES);
        }
    }
}
