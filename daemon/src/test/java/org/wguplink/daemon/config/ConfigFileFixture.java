package org.wguplink.daemon.config;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.peer.PeerId;

/** A configuration file in a directory of its own. */
abstract class ConfigFileFixture {
    static final PeerId ANA = new PeerId("ana");
    static final PeerId ODD = new PeerId("Ana-Maria.example-1");

    @TempDir
    Path temp;

    Path path;
    ConfigFile file;

    @BeforeEach
    void atItsPlace() {
        path = temp.resolve("etc/config/wireguard-uplink");
        file = new ConfigFile(path);
    }

    ConfigFile.Look lookTwice() {
        ConfigFile.Look first = file.look();
        return first instanceof ConfigFile.Look.Unchanged ? file.look() : first;
    }

    void write(String text) throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
