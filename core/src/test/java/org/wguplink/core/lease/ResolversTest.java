package org.wguplink.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.peer.PeerId;

class ResolversTest {
    private static final NetworkSnapshot NETWORK = new NetworkSnapshot(
            Map.of(),
            List.of(new DeviceAddress("lan", Addresses.parse("10.1.1.1"), 24)),
            List.of(
                    route("0.0.0.0/0", "wan"),
                    route("192.168.1.0/24", "wan"),
                    route("10.1.1.0/24", "lan"),
                    route("::/0", "vpn")));

    record Case(String name, List<String> named, List<String> used) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> consumers() {
        return Stream.of(
                new Case("what the provider names", List.of("10.9.0.1", "fd09::1"), List.of("10.9.0.1", "fd09::1")),
                new Case(
                        "the first of each family",
                        List.of("1.1.1.1", "9.9.9.9", "fd09::1"),
                        List.of("1.1.1.1", "fd09::1")),
                new Case("who names none is an older node", List.of(), List.of("9.9.9.9", "2620:fe::fe")),
                new Case("who names none of a family refuses it", List.of("10.9.0.1"), List.of("10.9.0.1", "fd09::1")));
    }

    @ParameterizedTest
    @MethodSource("consumers")
    void queriesOfBothFamiliesAreLedSomewhere(Case row) {
        var grant = new LeaseAnswer.Grant(
                new PeerId("ana"),
                new PeerId("bob"),
                "n".repeat(22),
                WireGuardKey.of(new byte[32]),
                Endpoint.parse("192.0.2.1:51820"),
                new TunnelAddresses(
                        Addresses.parse("10.9.0.2"),
                        Addresses.parse("fd09::2"),
                        Addresses.parse("10.9.0.1"),
                        Addresses.parse("fd09::1")),
                1420,
                Duration.ofMinutes(1),
                List.of(),
                addresses(row.named));
        assertThat(Resolvers.of(grant)).containsExactlyInAnyOrderElementsOf(addresses(row.used));
    }

    @Test
    void aProviderAsksOnlyWhatIsBehindItsWan() {
        assertThat(behind("10.1.1.5", "10.1.1.1", "127.0.0.1", "192.168.1.1", "9.9.9.9", "2620:fe::fe"))
                .as("in the LAN, itself, loopback, the box, a public one, by a VPN")
                .containsExactly(Addresses.parse("192.168.1.1"));
        assertThat(behind("10.1.1.5")).isEmpty();
    }

    private static Set<InetAddress> behind(String... known) {
        return Resolvers.behind(addresses(List.of(known)), NETWORK, Set.of("wan"));
    }

    private static List<InetAddress> addresses(List<String> texts) {
        return texts.stream().map(Addresses::parse).toList();
    }

    private static MainRoute route(String to, String device) {
        return new MainRoute(InetNetwork.parse(to), device, Optional.empty(), 0);
    }
}
