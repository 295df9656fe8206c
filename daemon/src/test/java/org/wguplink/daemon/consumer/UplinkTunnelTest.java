package org.wguplink.daemon.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.provider.FakeTunnels;

/** Which key an uplink asks for its lease with. */
class UplinkTunnelTest {
    private static final String DEVICE = "wgup-ana";

    @TempDir
    private Path temp;

    private final FakeTunnels tunnels = new FakeTunnels();
    private UplinkTunnel tunnel;
    private WireGuardKey first;

    @BeforeEach
    void madeOnce() throws Exception {
        tunnel = new UplinkTunnel(tunnels, new TunnelKeys(temp.resolve("tunnels")), DEVICE);
        first = tunnel.prepare(false).key();
    }

    @Test
    void keepsItsKeyOverARebootSoThatTheLeaseStillHolds() throws Exception {
        tunnels.remove(DEVICE);
        assertThat(tunnel.prepare(false).key()).isEqualTo(first);
    }

    @Test
    void aRebootWithAClockThatIsLostNeedsAKeyWithWhichNoHandshakeWasEverDatedLater() throws Exception {
        tunnels.remove(DEVICE);
        UplinkTunnel.Prepared prepared = tunnel.prepare(true);
        assertThat(prepared.fresh()).isTrue();
        assertThat(prepared.key()).isNotEqualTo(first);
        assertThat(tunnel.prepare(true).key()).as("and keeps it").isEqualTo(prepared.key());
    }

    @Test
    void anInterfaceThatIsStillThereKeepsItsKeyWhateverTheClockSays() throws Exception {
        UplinkTunnel.Prepared prepared = tunnel.prepare(true);
        assertThat(prepared.fresh()).isFalse();
        assertThat(prepared.key()).isEqualTo(first);
    }
}
