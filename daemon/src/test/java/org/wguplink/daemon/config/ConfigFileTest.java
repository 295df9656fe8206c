package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.Quality;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;

/** What a file says, and what is wrong with it. */
class ConfigFileTest extends ConfigFileFixture {
    private static final List<HttpUrl> PORTAL_CHECK = List.of(
            HttpUrl.parse("http://connectivitycheck.gstatic.com/generate_204"),
            HttpUrl.parse("http://cp.cloudflare.com/generate_204"));

    @Test
    void aMissingFileMeansTheDefaultsOfTheSpecification() throws Exception {
        Config config = file.read();
        assertThat(config.autoFailover()).isTrue();
        assertThat(config.minUplinks()).isEqualTo(2);
        assertThat(config.checkInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.failoverTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.preferLatency()).isTrue();
        assertThat(config.peerId()).isEmpty();
        assertThat(config.wan()).isEmpty();
        assertThat(config.trackIps()).hasSizeGreaterThanOrEqualTo(3).contains(InetAddress.ofLiteral("8.8.8.8"));
        assertThat(config.lending())
                .isEqualTo(new Config.Lending(false, 0, 0, WanType.UNKNOWN, 0, Duration.ofMinutes(10)));
        assertThat(config.mesh()).isEmpty();
        assertThat(config.peers()).isEmpty();
        assertThat(path).doesNotExist();
    }

    @Test
    void everyOptionIsRead() throws Exception {
        write("""
                config wireguard-uplink 'uplink'
                	option enabled 'on'
                	option auto_failover '0'
                	option min_uplinks '28'
                	option check_interval '3600'
                	option failover_timeout '300'
                	option prefer_latency 'no'
                	option peer_id 'node-C.example'
                	list wan 'eth0'
                	list wan 'wwan0'
                	list track_ip '9.9.9.9'
                	list track_ip '8.8.4.4'
                	list track_ip '2606:4700:4700::1111'
                	list track_ip '2606:4700:4700::1001'
                	option offer 'yes'
                	option bandwidth_mbps '100'
                	option latency_ms '20'
                	option wan_type 'fiber'
                	option listen_port '51820'
                	option lease_time '60'
                	option detection 'gentle'
                	option failure_latency '700'
                	option recovery_latency '300'
                	option failure_loss '40'
                	option drain_time '300'
                	option drain_time_metered '0'
                	option recovery_loss '10'
                	list portal_check_url 'http://[2001:db8::4]:8080/empty'
                	list portal_check_url 'http://example.com/204'
                	option measure_url 'http://speed.example.com/100MB.bin'
                	list endpoint 'home.example.com:51820'
                	list endpoint '[2001:db8::7]:443'
                	list dns '192.168.1.1'
                	list balance 'eth0 3'
                	list balance 'ana'
                	option metered '0'
                	option cost '3'
                	option quota_mb '50000'
                	option isp 'Example Telecom'

                config mesh 'mesh'
                	option address '10.250.0.3'
                	option port '7901'
                	list seed '10.250.0.1:7900'
                	list seed '[fd00:250::2]:7900'

                config peer 'ana'
                	option weight '1'

                config peer
                	option peer_id 'bob-2'
                	option weight '1000'

                config peer 'carl'
                """);
        assertThat(file.read())
                .isEqualTo(new Config(
                        true,
                        false,
                        28,
                        Duration.ofHours(1),
                        Duration.ofMinutes(5),
                        false,
                        new Config.Watching(
                                Detection.GENTLE,
                                Optional.of(new Quality.Limits(Duration.ofMillis(700), Duration.ofMillis(300), 40, 10)),
                                List.of(
                                        HttpUrl.parse("http://[2001:db8::4]:8080/empty"),
                                        HttpUrl.parse("http://example.com/204")),
                                Optional.of(HttpUrl.parse("http://speed.example.com/100MB.bin"))),
                        new Config.Draining(Duration.ofMinutes(5), Duration.ZERO),
                        Optional.of(new PeerId("node-C.example")),
                        List.of("eth0", "wwan0"),
                        Stream.of("9.9.9.9", "8.8.4.4", "2606:4700:4700::1111", "2606:4700:4700::1001")
                                .map(InetAddress::ofLiteral)
                                .toList(),
                        new Config.Lending(
                                true,
                                100,
                                20,
                                WanType.FIBER,
                                51820,
                                Duration.ofMinutes(1),
                                List.of(Endpoint.parse("home.example.com:51820"), Endpoint.parse("[2001:db8::7]:443")),
                                List.of(InetAddress.ofLiteral("192.168.1.1")),
                                new Config.Line(
                                        Optional.of(false), 3, Optional.of(50_000L), Optional.of("Example Telecom"))),
                        Optional.of(new Config.Mesh(
                                InetAddress.ofLiteral("10.250.0.3"),
                                7901,
                                List.of(Endpoint.parse("10.250.0.1:7900"), Endpoint.parse("[fd00:250::2]:7900")))),
                        new TreeMap<>(Map.of(ANA, 1, new PeerId("bob-2"), 1000, new PeerId("carl"), 10)),
                        List.of(),
                        new TreeMap<>(),
                        List.of(
                                new Balance.Member(new PathId.OwnWan("eth0"), 3),
                                new Balance.Member(new PathId.Uplink(ANA), 1))));
    }

    @Test
    void aPathIsPoorBeyondTheUsualLimitsUnlessQualityIsNotChecked() throws Exception {
        write("config wireguard-uplink 'uplink'\n");
        assertThat(file.read().watching())
                .isEqualTo(new Config.Watching(
                        Detection.DEFAULT, Optional.of(Quality.Limits.USUAL), PORTAL_CHECK, Optional.empty()));
        write("config wireguard-uplink 'uplink'\n\toption check_quality '0'\n\toption detection 'fast'\n");
        assertThat(file.read().watching())
                .isEqualTo(new Config.Watching(Detection.FAST, Optional.empty(), PORTAL_CHECK, Optional.empty()));
    }

    @Test
    void noPathIsBalancedTwiceNorOneThatRefusesMostFlowsNorTooMany() throws Exception {
        String main = "config wireguard-uplink 'uplink'\n";
        write(main + "\tlist balance 'ana 2'\n\tlist balance 'ana'\nconfig peer 'ana'\n");
        assertThatThrownBy(file::read).hasMessageEndingWith("option 'balance': found 'ana'; expected each path once");
        write(main + "\tlist balance 'ana'\nconfig peer 'ana'\n\toption essential_only '1'\n\tlist allow 'tcp/443'\n");
        assertThatThrownBy(file::read).hasMessageEndingWith("found 'ana'; expected no peer that is 'essential_only'");
        String many = IntStream.rangeClosed(1, 17)
                .mapToObj("\tlist balance 'eth%d'\n"::formatted)
                .collect(Collectors.joining());
        write(main + many);
        assertThatThrownBy(file::read).hasMessageEndingWith("found 'eth17'; expected at most 16 of them");
    }

    @Test
    void captivePortalsAreNotLookedForWhenTheUserSaysSo() throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption portal_check_url 'off'\n");
        assertThat(file.read().watching().portalCheck()).isEmpty();
        assertThat(file.read().watching().inUse().portalCheck()).isEmpty();
    }

    @Test
    void recoveringAboveFailingIsRefused() throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption failure_loss '10'\n\toption recovery_loss '11'\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        "line 3: wireguard-uplink 'uplink', option 'recovery_loss': found '11'; expected at most"
                                + " failure_loss, 10");
    }

    @Test
    void aServiceThatIsSwitchedOffBorrowsAndLendsNothing() throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption enabled '0'\n\toption offer '1'\nconfig peer 'ana'\n");
        assertThat(file.read().lending().offer()).isFalse();
        assertThat(file.read().peers()).isEmpty();
        assertThat(file.read().autoFailover()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "yes", "on", "true", "enabled"})
    void everyWordOfUciForYesIsYes(String yes) throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption offer '%s'\n".formatted(yes));
        assertThat(file.read().lending().offer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "no", "off", "false", "disabled"})
    void everyWordOfUciForNoIsNo(String no) throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption offer '%s'\n".formatted(no));
        assertThat(file.read().lending().offer()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            enabled          | maybe             | 0 or 1
            auto_failover    | 2                 | 0 or 1
            prefer_latency   | YES               | 0 or 1
            offer            | -                 | 0 or 1
            min_uplinks      | 29                | an integer from 0 to 28
            min_uplinks      | -1                | an integer from 0 to 28
            min_uplinks      | two               | an integer from 0 to 28
            check_interval   | 0                 | an integer from 1 to 3600
            check_interval   | 30s               | an integer from 1 to 3600
            failover_timeout | 301               | an integer from 1 to 300
            failover_timeout | 99999999999999    | an integer from 1 to 300
            bandwidth_mbps   | 1000001           | an integer from 0 to 1000000
            latency_ms       | 1.5               | an integer from 0 to 60000
            listen_port      | 65536             | an integer from 0 to 65535
            peer_id          | a b               | a peer id
            peer_id          | _underscore       | a peer id
            wan              | a/b               | a network device
            wan              | sixteencharacter  | a network device
            wan              | lte*              | a network device
            track_ip         | dns.google        | an IP address
            track_ip         | 8.8.8             | an IP address
            track_ip         | 8.8.8.8           | at least two of IPv4: one may die by itself
            portal_check_url | https://example.com/204 | http://HOST[:PORT]/PATH or off
            portal_check_url | no                | http://HOST[:PORT]/PATH or off
            measure_url      | speed.example.com | http://HOST[:PORT]/PATH or off
            wan_type         | fibre             | fiber, cable, dsl, ethernet, wifi, lte, satellite, unknown
            metered          | perhaps           | 0 or 1
            cost             | -1                | an integer from 0 to 1000000
            quota_mb         | 5 GB              | an integer from 0 to 2147483647
            isp              | "12345678901234567890123456789012345678901234567890123456789012345" | a name of at most 64 characters
            lease_time       | 9                 | an integer from 10 to 86400
            balance          | eth0 0            | the device of an own WAN or an added peer, and a weight from 1 to 1000
            balance          | eth0 1001         | the device of an own WAN or an added peer, and a weight from 1 to 1000
            balance          | eth0 heavy        | the device of an own WAN or an added peer, and a weight from 1 to 1000
            balance          | eth0 1 eth1       | the device of an own WAN or an added peer, and a weight from 1 to 1000
            balance          | sixteencharacter  | the device of an own WAN or an added peer, and a weight from 1 to 1000
            """)
    void anErrorSaysFileLineOptionFoundAndExpected(String option, String found, String expected) throws Exception {
        write("# a comment\nconfig wireguard-uplink 'uplink'\n\n\toption %s '%s'\n".formatted(option, found));
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessage("%s, line 4: wireguard-uplink 'uplink', option '%s': found '%s'; expected %s"
                        .formatted(path, option, found, expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            address | 10.0.0     | an IP address of this node
            port    | 0          | an integer from 1 to 65535
            seed    | 10.250.0.1 | HOST:PORT or [IPV6]:PORT
            seed    | ::1:7900:x | HOST:PORT or [IPV6]:PORT
            """)
    void anErrorInTheMeshSectionSaysTheSame(String option, String found, String expected) throws Exception {
        write("config mesh 'mesh'\n\toption %s '%s'\n".formatted(option, found));
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessage("%s, line 2: mesh 'mesh', option '%s': found '%s'; expected %s"
                        .formatted(path, option, found, expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "heavy"})
    void aWeightIsAnIntegerFrom1To1000(String weight) throws Exception {
        write("config peer 'ana'\n\toption weight '%s'\n".formatted(weight));
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        "line 2: peer 'ana', option 'weight': found '%s'; expected an integer from 1 to 1000"
                                .formatted(weight));
    }

    @Test
    void anAnonymousPeerWithoutAnIdIsAnErrorOfItsOwn() throws Exception {
        write("\nconfig peer\n\toption weight '5'\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessage("%s, line 2: peer, option 'peer_id': found ''; expected a peer id".formatted(path));
    }

    @Test
    void aTextThatIsNoUciNamesTheLine() throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption enabled 'unclosed\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(path + ", line 2: found ")
                .hasMessageContaining("expected");
    }

    @Test
    void aPeerThatWasNotAddedHasTheDefaultWeight() throws Exception {
        assertThat(file.read().weightOf(ANA)).isEqualTo(10);
    }
}
