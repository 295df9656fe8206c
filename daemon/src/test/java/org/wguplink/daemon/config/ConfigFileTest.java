package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;

class ConfigFileTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId ODD = new PeerId("Ana-Maria.example-1");

    /** As a person writes it: comments, odd spacing, quotes of both kinds, sections and options of others. */
    private static final String BY_HAND = """
            # my uplink, do not touch
            config wireguard-uplink 'uplink'
              option   enabled "1"      # yes
            \toption auto_failover '1'
            \toption of_the_future 'x y'

            config somebody_else 'thing'
            \tlist item 'a'
            \tlist item 'b'

            config peer 'ana'
            \toption weight '20'   # my neighbour

            # the end
            """;

    @TempDir
    Path temp;

    private Path path;
    private ConfigFile file;

    @BeforeEach
    void atItsPlace() {
        path = temp.resolve("etc/config/wireguard-uplink");
        file = new ConfigFile(path);
    }

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
                	list track_ip '2606:4700:4700::1111'
                	option offer 'yes'
                	option bandwidth_mbps '100'
                	option latency_ms '20'
                	option wan_type 'fiber'
                	option listen_port '51820'
                	option lease_time '60'
                	list endpoint 'home.example.com:51820'
                	list endpoint '[2001:db8::7]:443'

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
                        Optional.of(new PeerId("node-C.example")),
                        List.of("eth0", "wwan0"),
                        List.of(InetAddress.ofLiteral("9.9.9.9"), InetAddress.ofLiteral("2606:4700:4700::1111")),
                        new Config.Lending(
                                true,
                                100,
                                20,
                                WanType.FIBER,
                                51820,
                                Duration.ofMinutes(1),
                                List.of(Endpoint.parse("home.example.com:51820"), Endpoint.parse("[2001:db8::7]:443"))),
                        Optional.of(new Config.Mesh(
                                InetAddress.ofLiteral("10.250.0.3"),
                                7901,
                                List.of(Endpoint.parse("10.250.0.1:7900"), Endpoint.parse("[fd00:250::2]:7900")))),
                        new TreeMap<>(Map.of(ANA, 1, new PeerId("bob-2"), 1000, new PeerId("carl"), 10))));
    }

    @Test
    void aServiceThatIsSwitchedOffBorrowsAndLendsNothing() throws Exception {
        write("config wireguard-uplink 'uplink'\n\toption enabled '0'\n\toption offer '1'\nconfig peer 'ana'\n");
        assertThat(file.read().lending().offer()).isFalse();
        assertThat(file.read().peers()).isEmpty();
        assertThat(file.read().autoFailover()).isFalse();
    }

    @Test
    void aSectionWithoutANameIsEditedWhereItStands() throws Exception {
        write("config wireguard-uplink\n\toption offer '1'\n\nconfig peer\n\toption peer_id 'bob'\n");
        assertThat(file.setMain("offer", "0").lending().offer()).isFalse();
        assertThat(file.putPeer(new PeerId("bob"), 7).weightOf(new PeerId("bob")))
                .isEqualTo(7);
        assertThat(file.removePeer(new PeerId("bob")).peers()).isEmpty();
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
            track_ip         | dns.google        | an IP address
            track_ip         | 8.8.8             | an IP address
            track_ip         | 8.8.8.8           | at least two: one may die by itself
            wan_type         | fibre             | fiber, cable, dsl, ethernet, wifi, lte, satellite, unknown
            lease_time       | 9                 | an integer from 10 to 86400
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
    void anEditKeepsEveryOtherByte() throws Exception {
        write(BY_HAND);
        assertThat(file.setMain("auto_failover", "0").autoFailover()).isFalse();
        assertThat(path).hasContent(BY_HAND.replace("auto_failover '1'", "auto_failover '0'"));
        file.setMain("auto_failover", "1");
        assertThat(path).hasContent(BY_HAND);
        file.putPeer(ANA, 30);
        assertThat(path).hasContent(BY_HAND.replace("weight '20'", "weight '30'"));
    }

    @Test
    void aPeerAddedAndRemovedLeavesTheFileAsItWas() throws Exception {
        write(BY_HAND);
        assertThat(file.putPeer(ODD, 7).weightOf(ODD)).isEqualTo(7);
        assertThat(Files.readString(path)).startsWith(BY_HAND);
        assertThat(file.removePeer(ODD).peers()).containsOnlyKeys(ANA);
        assertThat(path).hasContent(BY_HAND);
    }

    @Test
    void aRemovedPeerTakesNothingElseAlong() throws Exception {
        write(BY_HAND);
        assertThat(file.removePeer(ANA).peers()).isEmpty();
        assertThat(Files.readString(path))
                .contains("# my uplink, do not touch", "of_the_future 'x y'", "list item 'b'", "# the end")
                .doesNotContain("config peer", "weight");
    }

    @Test
    void peersWhoseIdsDifferOnlyInSignsAreKeptApart() throws Exception {
        PeerId dot = new PeerId("a.b");
        PeerId hyphen = new PeerId("a-b");
        PeerId underscore = new PeerId("a_b");
        file.putPeer(dot, 1);
        file.putPeer(hyphen, 2);
        file.putPeer(underscore, 3);
        file.putPeer(hyphen, 22);
        assertThat(file.read().peers()).isEqualTo(Map.of(dot, 1, hyphen, 22, underscore, 3));
        file.removePeer(dot);
        assertThat(file.read().peers()).isEqualTo(Map.of(hyphen, 22, underscore, 3));
    }

    @Test
    void anEditMakesTheFileAndItsDirectory() throws Exception {
        file.setMain("offer", "1");
        assertThat(file.read().lending().offer()).isTrue();
        assertThat(file.putPeer(ODD, 5).weightOf(ODD)).isEqualTo(5);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void anEditKeepsTheModeOfTheFile() throws Exception {
        write(BY_HAND);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        file.putPeer(ODD, 5);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsNotKnownIsWarnedOfWithItsLineAndTheNearestName() throws Exception {
        write("""
                config wireguard-uplink 'uplink'
                	option min_uplink '3'
                	list track_ips '8.8.8.8'
                	option zzz '1'

                config pear 'ana'

                config wireguard-uplink 'again'
                	option offer '1'

                config peer 'bob'
                	option wieght '5'
                """);
        assertThat(file.read().minUplinks()).isEqualTo(2);
        String place = path + ", line ";
        assertThat(file.warnings())
                .containsExactly(
                        place + "2: wireguard-uplink 'uplink', option 'min_uplink' is not known and does nothing;"
                                + " did you mean 'min_uplinks'?",
                        place + "3: wireguard-uplink 'uplink', option 'track_ips' is not known and does nothing;"
                                + " did you mean 'track_ip'?",
                        place + "4: wireguard-uplink 'uplink', option 'zzz' is not known and does nothing",
                        place + "6: section 'pear' is not known and does nothing; did you mean 'peer'?",
                        place + "8: a second section 'wireguard-uplink' does nothing; only the first counts",
                        place
                                + "12: peer 'bob', option 'wieght' is not known and does nothing; did you mean 'weight'?");
        assertThat(file.trouble()).isEmpty();
        write("config wireguard-uplink 'uplink'\n");
        lookTwice();
        assertThat(file.warnings()).isEmpty();
    }

    @Test
    void anEditByHandIsTakenInWhenItIsFoundTwice() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        assertThat(file.look()).isEqualTo(new ConfigFile.Look.Unchanged());
        write("config peer 'bob'\n");
        assertThat(file.look()).isEqualTo(new ConfigFile.Look.Unchanged());
        assertThat(file.changing()).isTrue();
        assertThat(file.look())
                .isInstanceOfSatisfying(
                        ConfigFile.Look.Changed.class,
                        changed -> assertThat(changed.config().peers()).containsOnlyKeys(new PeerId("bob")));
        assertThat(file.changing()).isFalse();
    }

    /** An editor that writes in place empties the file first; a look just then must not take all uplinks away. */
    @Test
    void aFileThatIsEmptyForAMomentIsNoEmptyConfiguration() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        write("");
        assertThat(file.look()).isEqualTo(new ConfigFile.Look.Unchanged());
        write("config peer 'ana'\n");
        assertThat(lookTwice()).isEqualTo(new ConfigFile.Look.Unchanged());
    }

    @Test
    void anEditThatCannotBeUsedIsSaidOnceAndShownUntilItIsMended() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        write("config peer 'ana'\n\toption weight 'x'\n");
        String why = path + ", line 2: peer 'ana', option 'weight': found 'x'; expected an integer from 1 to 1000";
        assertThat(lookTwice()).isEqualTo(new ConfigFile.Look.Refused(why));
        assertThat(lookTwice()).isEqualTo(new ConfigFile.Look.Unchanged());
        assertThat(file.trouble()).contains("not in force: " + why);
        write("config peer 'ana'\n");
        assertThat(lookTwice()).isInstanceOf(ConfigFile.Look.Changed.class);
        assertThat(file.trouble()).isEmpty();
    }

    /** What an editor leaves behind when the disk is full. */
    @Test
    void aFileThatIsEmptiedStaysInForceAndIsNotFilledByAnEdit() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        write("\n");
        assertThat(lookTwice()).isInstanceOf(ConfigFile.Look.Refused.class);
        assertThatThrownBy(() -> file.putPeer(ODD, 5)).isInstanceOf(ConfigException.class);
        assertThat(path).hasContent("\n");
        write("config peer 'bob'\n");
        assertThat(lookTwice()).isInstanceOf(ConfigFile.Look.Changed.class);
    }

    @Test
    void aFileThatIsTakenAwayStaysInForceAndIsNotMadeAnewByAnEdit() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        Files.delete(path);
        assertThat(lookTwice()).isInstanceOf(ConfigFile.Look.Refused.class);
        assertThat(file.trouble().orElseThrow()).contains(path.toString(), "put it back");
        assertThatThrownBy(() -> file.putPeer(ODD, 5)).isInstanceOf(ConfigException.class);
        assertThat(path).doesNotExist();
    }

    @Test
    void whatIsNoTextIsRefusedWithTheReason() throws Exception {
        write("config peer 'ana'\n");
        file.read();
        Files.write(path, new byte[] {'#', (byte) 0xe9, '\n'});
        assertThat(lookTwice())
                .isEqualTo(new ConfigFile.Look.Refused(path + ": found bytes that are no UTF-8; expected UTF-8 text"));
    }

    /** Between the reading and the writing of an edit by wgctl, somebody saves another by hand. */
    @Test
    void anEditByHandAtTheSameTimeIsNotLost() throws Exception {
        write(BY_HAND);
        file.read();
        var times = new AtomicInteger();
        Config config = file.edit(uci -> {
            if (times.getAndIncrement() == 0) save(BY_HAND.replace("weight '20'", "weight '77'"));
            return uci.withOption("uplink", "auto_failover", "0");
        });
        assertThat(config.autoFailover()).isFalse();
        assertThat(config.weightOf(ANA)).isEqualTo(77);
        assertThat(path)
                .hasContent(BY_HAND.replace("weight '20'", "weight '77'")
                        .replace("auto_failover '1'", "auto_failover '0'"));
        assertThat(times).hasValue(2);
        assertThat(path.getParent()).isDirectoryNotContaining(p -> p.toString().endsWith(".tmp"));
    }

    @Test
    void whoAlwaysChangesTheFileMakesAnEditFailAndNotHalf() throws Exception {
        write(BY_HAND);
        file.read();
        var times = new AtomicInteger();
        assertThatThrownBy(() -> file.edit(uci -> {
                    save(BY_HAND + "# " + times.incrementAndGet() + "\n");
                    return uci.withOption("uplink", "auto_failover", "0");
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessageContaining("at the same time");
        assertThat(path).hasContent(BY_HAND + "# " + times + "\n");
    }

    @Test
    void anEditKeepsTheOwnerAndALinkToTheFile() throws Exception {
        write(BY_HAND);
        Path real = path.resolveSibling("real");
        Files.move(path, real);
        Files.createSymbolicLink(path, real.getFileName());
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Files.setAttribute(real, "unix:uid", 65_534);
            Files.setAttribute(real, "unix:gid", 65_533);
        }
        file.putPeer(ANA, 33);
        assertThat(path).isSymbolicLink();
        assertThat(Files.readString(real)).contains("weight '33'");
        if (root) {
            assertThat(Files.getAttribute(real, "unix:uid")).isEqualTo(65_534);
            assertThat(Files.getAttribute(real, "unix:gid")).isEqualTo(65_533);
        }
    }

    private ConfigFile.Look lookTwice() {
        ConfigFile.Look first = file.look();
        return first instanceof ConfigFile.Look.Unchanged ? file.look() : first;
    }

    private void save(String text) {
        try {
            write(text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPeerThatWasNotAddedHasTheDefaultWeight() throws Exception {
        assertThat(file.read().weightOf(ANA)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config wireguard-uplink 'uplink'\n\toption enabled 'unclosed\n",
                "config wireguard-uplink 'uplink'\n\toption min_uplinks 'many'\n",
                "no uci at all\n"
            })
    void aBrokenFileIsNotOverwritten(String broken) throws Exception {
        write(broken);
        assertThatThrownBy(() -> file.setMain("offer", "1")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> file.putPeer(ANA, 5)).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> file.removePeer(ANA)).isInstanceOf(ConfigException.class);
        assertThat(path).hasContent(broken);
    }

    @Test
    void anEditThatWouldBreakTheFileIsNotMade() throws Exception {
        write(BY_HAND);
        assertThatThrownBy(() -> file.setMain("min_uplinks", "many")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> file.putPeer(ANA, 1001)).isInstanceOf(ConfigException.class);
        assertThat(path).hasContent(BY_HAND);
    }

    private void write(String text) throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
