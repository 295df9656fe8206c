package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.peer.PeerId;

/** Edits by {@code wgctl}. */
class ConfigFileEditTest extends ConfigFileFixture {
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

    @Test
    void aSectionWithoutANameIsEditedWhereItStands() throws Exception {
        write("config wireguard-uplink\n\toption offer '1'\n\nconfig peer\n\toption peer_id 'bob'\n");
        assertThat(file.setMain("offer", "0").lending().offer()).isFalse();
        assertThat(file.putPeer(new PeerId("bob"), 7).weightOf(new PeerId("bob")))
                .isEqualTo(7);
        assertThat(file.removePeer(new PeerId("bob")).peers()).isEmpty();
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

    private void save(String text) {
        try {
            write(text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
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
}
