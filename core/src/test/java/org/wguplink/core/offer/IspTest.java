package org.wguplink.core.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;

class IspTest {
    /** Own WAN's address, name of its ISP, address that others see; what it shares with a customer of two marks. */
    @ParameterizedTest
    @CsvSource({
        "198.51.100.7,'','',198.51.100.0/24",
        "198.51.101.7,'','',''",
        "10.1.1.1,'',198.51.100.9,198.51.100.0/24",
        "10.1.1.1,Example TELECOM,'',example telecom",
        "10.1.1.1,'','',''",
        "100.64.9.1,'','',''",
        "2001:db8:5::1,'','',2001:db8:0:0:0:0:0:0/32",
        "fd00::1,'','',''",
        "fe80::1,'','',''"
    })
    void theSameNameOrPublicNetworkIsTheSameIsp(String wan, String name, String seen, String shared) {
        var network = new NetworkSnapshot(
                Map.of(),
                List.of(
                        new DeviceAddress("wan", InetAddress.ofLiteral(wan), 8),
                        new DeviceAddress("lan", InetAddress.ofLiteral("203.0.113.1"), 24)),
                List.of());
        Isp own = Isp.of(
                Optional.of(name).filter(n -> !n.isEmpty()),
                network,
                Set.of("wan"),
                seen.isEmpty() ? Set.of() : Set.of(InetAddress.ofLiteral(seen)));
        var other = new Isp(Set.of("example telecom", "198.51.100.0/24", "203.0.113.0/24", "2001:db8:0:0:0:0:0:0/32"));
        assertThat(own.sharedWith(other).orElse("")).isEqualTo(shared);
        assertThat(other.sharedWith(own)).isEqualTo(own.sharedWith(other));
    }
}
