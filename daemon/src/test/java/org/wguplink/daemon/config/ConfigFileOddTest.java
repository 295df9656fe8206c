package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.peer.PeerId;

/** Sections as people write them, without a name. */
class ConfigFileOddTest {
    private static final PeerId ANA = new PeerId("ana");

    @TempDir
    Path temp;

    private Path path;
    private ConfigFile file;

    @BeforeEach
    void atItsPlace() {
        path = temp.resolve("wireguard-uplink");
        file = new ConfigFile(path);
    }

    @Test
    void theWeightOfAnAnonymousPeerIsChangedWhereItStands() throws Exception {
        Files.writeString(path, "config peer\n\toption peer_id 'ana'\n\toption weight '5'\n");
        assertThat(file.putPeer(ANA, 7).peers()).isEqualTo(Map.of(ANA, 7));
        assertThat(path).hasContent("config peer\n\toption peer_id 'ana'\n\toption weight '7'\n");
    }

    @Test
    void anAnonymousPeerCanBeRemoved() throws Exception {
        Files.writeString(path, "config peer\n\toption peer_id 'ana'\n");
        assertThat(file.removePeer(ANA).peers()).isEmpty();
    }

    @Test
    void anAnonymousMainSectionCanBeEdited() throws Exception {
        Files.writeString(path, "config wireguard-uplink\n\toption offer '0'\n");
        assertThat(file.setMain("offer", "1").lending().offer()).isTrue();
    }

    @Test
    void aPeerSectionWhoseNameIsNoPeerIdIsAnErrorOfTheConfiguration() throws Exception {
        Files.writeString(path, "config peer '_ana'\n\toption weight '5'\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("_ana");
    }

    @Test
    void anUnknownKindOfLineIsAnErrorOfTheConfiguration() throws Exception {
        Files.writeString(path, "config wireguard-uplink 'uplink'\n\toption wan_type 'fibre'\n");
        assertThatThrownBy(file::read).isInstanceOf(ConfigException.class).hasMessageContaining("found 'fibre'");
    }

    @Test
    void twoSectionsForOnePeerAreAnErrorOfTheConfiguration() throws Exception {
        Files.writeString(
                path,
                "config peer 'ana'\n\toption weight '5'\nconfig peer 'x'\n\toption peer_id 'ana'\n\toption weight '6'\n");
        assertThatThrownBy(file::read).isInstanceOf(ConfigException.class).hasMessageContaining("ana");
    }
}
