package org.wguplink.core.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;

class TunnelMtuTest {
    private static final String OVER_WAN = "192.0.2.9:51820";
    private static final String OVER_WG0 = "10.9.0.1:51820";

    @Test
    void itIsTheDevicesLessTheOverhead() {
        assertThat(towards(1500, 1420, OVER_WAN)).isEqualTo(1420);
        assertThat(towards(1492, 1420, OVER_WAN)).isEqualTo(1412);
        assertThat(towards(1500, 1420, OVER_WG0)).isEqualTo(1340);
    }

    @Test
    void theSmallestWayCountsSinceTheTunnelMayBeLedThere() {
        assertThat(towards(1500, 1420, OVER_WAN, OVER_WG0)).isEqualTo(1340);
    }

    @Test
    void itKeepsWhatIpv6NeedsAndIsNeverLargerThanUsual() {
        assertThat(towards(1500, 1280, OVER_WG0)).isEqualTo(1280);
        assertThat(towards(9000, 1420, OVER_WAN)).isEqualTo(1420);
    }

    @Test
    void withoutAWayItIsAsUsual() {
        assertThat(towards(1400, 1400, "[2001:db8::9]:51820", "home.example.com:51820"))
                .isEqualTo(1420);
        assertThat(TunnelMtu.towards(List.of(), NetworkSnapshot.EMPTY)).isEqualTo(1420);
    }

    private static int towards(int wan, int wg0, String... endpoints) {
        var network = new NetworkSnapshot(
                Map.of("wan", new Link("wan", 2, true, true, wan), "wg0", new Link("wg0", 3, true, true, wg0)),
                List.of(),
                List.of(
                        new MainRoute(InetNetwork.any(Family.IPV4), "wan", Optional.empty(), 0),
                        new MainRoute(InetNetwork.parse("10.9.0.0/24"), "wg0", Optional.empty(), 0)));
        return TunnelMtu.towards(Stream.of(endpoints).map(Endpoint::parse).toList(), network);
    }
}
