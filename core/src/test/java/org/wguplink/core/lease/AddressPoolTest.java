package org.wguplink.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.InetNetwork;

class AddressPoolTest {
    private final AddressPool pool = new AddressPool("nodeA".hashCode());

    @Test
    void avoidsEverythingThatIsInUse() {
        List<InetNetwork> avoid = nets("10.0.0.0/8", "172.16.0.0/13", "fd00::/9");
        TunnelAddresses a = pool.assign(avoid, List.of()).orElseThrow();
        for (var address : List.of(a.consumer4(), a.consumer6(), a.provider4(), a.provider6()))
            assertThat(avoid).noneMatch(n -> n.contains(address));
    }

    @Test
    void givesNothingWhenEveryRangeCollides() {
        assertThat(pool.assign(nets("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), List.of()))
                .isEmpty();
        assertThat(pool.assign(nets("fc00::/7"), List.of())).isEmpty();
    }

    @Test
    void threeHundredConsumersGetAddressesOfTheirOwn() {
        var taken = new ArrayList<TunnelAddresses>();
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            TunnelAddresses a = pool.assign(nets("10.1.3.0/24"), taken).orElseThrow();
            assertThat(seen.add(a.consumer4())).isTrue();
            assertThat(seen.add(a.consumer6())).isTrue();
            assertThat(a.consumer4()).isNotEqualTo(a.provider4());
            assertThat(InetNetwork.containing(a.provider4(), 24).contains(a.consumer4()))
                    .isTrue();
            assertThat(InetNetwork.containing(a.provider6(), 64).contains(a.consumer6()))
                    .isTrue();
            taken.add(a);
        }
    }

    @Test
    void anAddressThatIsFreeAgainIsGivenAgain() {
        TunnelAddresses first = pool.assign(List.of(), List.of()).orElseThrow();
        TunnelAddresses second = pool.assign(List.of(), List.of(first)).orElseThrow();
        assertThat(pool.assign(List.of(), List.of(second))).contains(first);
    }

    @Test
    void twoProvidersSeldomChooseTheSame() {
        Set<Object> networks = new HashSet<>();
        for (int i = 0; i < 100; i++)
            networks.add(InetNetwork.containing(
                    new AddressPool(("node" + i).hashCode())
                            .assign(List.of(), List.of())
                            .orElseThrow()
                            .provider6(),
                    48));
        assertThat(networks).hasSize(100);
    }

    private static List<InetNetwork> nets(String... texts) {
        return List.of(texts).stream().map(InetNetwork::parse).toList();
    }
}
