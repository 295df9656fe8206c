package org.wguplink.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;

class EndpointsTest {
    private static final Set<String> WANS = Set.of("wan");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v4 127.0.0.1:1",
                "v4 0.0.0.0:1",
                "v4 224.0.0.1:1",
                "v4 255.255.255.255:1",
                "v4 [2001:db8::1]:1",
                "v6 192.0.2.1:1",
                "v6 [fe80::1]:1",
                "v6 [::1]:1",
                "lan home.example.com:1",
                "mesh home.example.com:1",
                "v4 192.0.2.1",
                "v4192.0.2.1:1",
                " 192.0.2.1:1"
            })
    void isRefused(String text) {
        assertThatThrownBy(() -> TypedEndpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lan 10.1.1.1:1", "mesh [fd00::1]:1", "v4 home.example.com:51820", "v6 [2001:db8::1]:1"})
    void isReadAndWritten(String text) {
        assertThat(TypedEndpoint.parse(text))
                .hasValueSatisfying(e -> assertThat(e).hasToString(text));
    }

    @Test
    void aKindOfNewerNodesIsNoError() {
        assertThat(TypedEndpoint.parse("bluetooth 10.1.1.1:1")).isEmpty();
    }

    @Test
    void aNodeNamesWhatItsUserSaysThenMeshWansAndItsInnerSide() {
        NetworkSnapshot network =
                network("wan 192.0.2.7/24, wan 2001:db8::7/64, wan fe80::7/64, lan 10.1.1.1/24, lan 2001:db8:1::1/64,"
                        + " mesh0 10.250.0.1/24, lo 127.0.0.1/8, wgup-nodeB 10.200.0.2/32");
        assertThat(OwnEndpoints.of(
                        network,
                        WANS,
                        Optional.of(Addresses.parse("10.250.0.1")),
                        51820,
                        List.of(Endpoint.parse("home.example.com:443"), Endpoint.parse("192.0.2.7:51820"))))
                .extracting(TypedEndpoint::toString)
                .containsExactly(
                        "v4 home.example.com:443",
                        "v6 home.example.com:443",
                        "v4 192.0.2.7:51820",
                        "mesh 10.250.0.1:51820",
                        "v6 [2001:db8:0:0:0:0:0:7]:51820",
                        "lan 10.1.1.1:51820",
                        "lan [2001:db8:1:0:0:0:0:1]:51820");
    }

    @Test
    void aWanBehindARouterIsOfUseToItsNeighboursOnly() {
        assertThat(OwnEndpoints.of(network("wan 192.168.1.2/24"), WANS, Optional.empty(), 51820, List.of()))
                .extracting(TypedEndpoint::toString)
                .containsExactly("lan 192.168.1.2:51820");
    }

    @Test
    void manyAddressesAreBounded() {
        String many = Stream.of("wan", "a", "b", "c", "d", "e")
                .map(d -> "%1$s 10.0.0.1/24, %1$s 10.0.0.2/24, %1$s 10.0.0.3/24".formatted(d))
                .collect(Collectors.joining(", "));
        assertThat(OwnEndpoints.of(network(many), WANS, Optional.empty(), 51820, List.of()))
                .hasSizeLessThanOrEqualTo(TypedEndpoint.MOST);
    }

    record Case(String name, String network, String endpoints, String order) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        String home = "wan 192.0.2.7/24 default, wan 2001:db8::7/64 default, lan 10.1.1.1/24, mesh0 10.250.0.1/24";
        return Stream.of(
                new Case(
                        "what avoids the own WAN is first",
                        home,
                        "v4 198.51.100.1:1, v6 [2001:db8:9:0:0:0:0:1]:1, mesh 10.250.0.2:1",
                        "mesh 10.250.0.2:1, v4 198.51.100.1:1, v6 [2001:db8:9:0:0:0:0:1]:1"),
                new Case(
                        "a LAN in common is best",
                        home,
                        "mesh 10.250.0.2:1, lan 10.1.1.9:1",
                        "lan 10.1.1.9:1, mesh 10.250.0.2:1"),
                new Case("a LAN elsewhere is none of ours", home, "lan 10.9.1.1:1", ""),
                new Case("the same LAN prefix at both ends", home, "lan 10.1.1.1:1", ""),
                new Case(
                        "a mesh over the WAN is a WAN, and its address is tried once",
                        home,
                        "v4 198.51.100.1:1, mesh 198.51.100.1:1",
                        "mesh 198.51.100.1:1"),
                new Case("without a route", "lan 10.1.1.1/24", "v4 198.51.100.1:1", ""),
                new Case(
                        "a family without a route is left out",
                        "wan 192.0.2.7/24 default",
                        "v6 [2001:db8:9:0:0:0:0:1]:1, v4 198.51.100.1:1",
                        "v4 198.51.100.1:1"),
                new Case("never into a tunnel of ours", home + ", wgup-serve 10.192.0.1/24", "lan 10.192.0.2:1", ""),
                new Case("a name that was not resolved", home, "v4 home.example.com:1", ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areOrdered(Case c) {
        List<TypedEndpoint> endpoints = Stream.of(c.endpoints.split(", "))
                .map(t -> TypedEndpoint.parse(t).orElseThrow())
                .toList();
        assertThat(Preference.order(endpoints, network(c.network), WANS).stream()
                        .map(TypedEndpoint::toString)
                        .collect(Collectors.joining(", ")))
                .isEqualTo(c.order);
    }

    /** {@code DEVICE ADDRESS/LENGTH [default]}, separated by commas. */
    private static NetworkSnapshot network(String text) {
        var links = new HashMap<String, Link>();
        var addresses = new ArrayList<DeviceAddress>();
        var routes = new ArrayList<MainRoute>();
        for (String part : text.split(", ", -1)) {
            String[] words = part.split(" ", -1);
            String[] address = words[1].split("/", -1);
            links.putIfAbsent(words[0], new Link(words[0], links.size() + 1, true, true, 1500));
            var own = new DeviceAddress(words[0], Addresses.parse(address[0]), Integer.parseInt(address[1]));
            addresses.add(own);
            routes.add(new MainRoute(own.network(), words[0], Optional.empty(), 0));
            if (words.length > 2)
                routes.add(new MainRoute(
                        InetNetwork.any(own.network().family()), words[0], Optional.of(own.address()), 50));
        }
        return new NetworkSnapshot(links, addresses, routes);
    }
}
