package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.wguplink.core.peer.PeerId;

/** Edits by hand, while the daemon runs. */
class ConfigFileLookTest extends ConfigFileFixture {
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
}
