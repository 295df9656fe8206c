package org.wguplink.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelName;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.3.0/24, 10.1.3.0/24",
        "10.1.3.7, 10.1.3.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "fd01:3::/64, fd01:3:0:0:0:0:0:0/64",
        "::/0, 0:0:0:0:0:0:0:0/0"
    })
    void prefixesAreRead(String text, String printed) {
        assertThat(InetNetwork.parse(text).toString()).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.3.7/24",
                "10.1.3.0/33",
                "10.1.3.0/",
                "10.1.3/24",
                "host/24",
                "::1/129",
                "010.1.1.1",
                "",
                "/"
            })
    void badPrefixesAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> InetNetwork.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.1.0.0/16, 10.0.0.0/8, true",
        "10.1.0.0/16, 10.2.0.0/16, false",
        "0.0.0.0/0, ::/0, false",
        "10.1.2.128/25, 10.1.2.0/25, false"
    })
    void overlapGoesBothWays(String a, String b, boolean overlap) {
        assertThat(InetNetwork.parse(a).overlaps(InetNetwork.parse(b))).isEqualTo(overlap);
        assertThat(InetNetwork.parse(b).overlaps(InetNetwork.parse(a))).isEqualTo(overlap);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/generate_204, example.com, 80, /generate_204, example.com",
        "http://example.com:8080, example.com, 8080, /, example.com:8080",
        "http://10.0.0.1/?a=b, 10.0.0.1, 80, /?a=b, 10.0.0.1",
        "http://[2001:db8:0:0:0:0:0:1]:81/x, 2001:db8:0:0:0:0:0:1, 81, /x, [2001:db8:0:0:0:0:0:1]:81"
    })
    void pagesOfTheWebAreRead(String text, String server, int port, String path, String host) {
        HttpUrl page = HttpUrl.parse(text);
        assertThat(page).isEqualTo(new HttpUrl(new Endpoint(server, port), path));
        assertThat(page.host()).isEqualTo(host);
        assertThat(HttpUrl.parse(page.toString())).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/",
                "example.com",
                "http://",
                "http:///x",
                "http://example.com:/",
                "http://example.com:0/",
                "http://example.com:65536/",
                "http://user@example.com/",
                "http://2001:db8::1/",
                "http://[example.com]/",
                "http://example.com/#x",
                "http://example.com/a b",
                "http://example.com/\u00e4",
                "http://exämple.com/",
                "http://example.com/\r\nX: y"
            })
    void otherUrlsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpUrl.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodeA.example.com:51820", "10.0.0.1:1", "[2001:db8:0:0:0:0:0:1]:65535"})
    void endpointsAreReadAndPrinted(String text) {
        assertThat(Endpoint.parse(text).toString()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8::1:51820",
                "host",
                "host:",
                ":51820",
                "host:0",
                "host:65536",
                "a b:1",
                "[::1]",
                "[x:y]:1"
            })
    void badEndpointsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", ".a", "a/b", "a b", "ä", "../../etc"})
    void badPeerIdsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new PeerId(text));
    }

    @Test
    void aSecretNeverPrintsItself() {
        var secret = WireGuardSecret.of(new byte[32]);
        assertThat(secret.toString()).doesNotContain(secret.base64());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireGuardSecret.parse("sup3rsecret!"))
                .withMessageNotContaining("sup3r")
                .withNoCause();
    }

    @Test
    void interfaceNamesAreShortStableAndDifferent() {
        assertThat(TunnelName.of(new PeerId("nodeA"))).isEqualTo("wgup-nodeA");
        String longName = TunnelName.of(new PeerId("a-very-long-name-of-a-node"));
        assertThat(longName).hasSize(15).isEqualTo(TunnelName.of(new PeerId("a-very-long-name-of-a-node")));
        assertThat(longName).isNotEqualTo(TunnelName.of(new PeerId("a-very-long-name-of-a-nodf")));
        assertThat(TunnelName.of(new PeerId("serve"))).isNotEqualTo(TunnelName.SERVED);
        assertThat(TunnelName.of(new PeerId("test"))).isNotEqualTo(TunnelName.TEST);
    }

    @Test
    void marksKeepToTheirMask() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FwMark(0x100, 0xff));
        assertThat(new FwMark(0x02000000, 0x3f000000).toString()).isEqualTo("0x02000000/0x3f000000");
    }
}
