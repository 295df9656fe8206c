package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.peer.PeerId;

class PathNumbersFileTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"null", "{\"ana\":null}"})
    void aFileOfNullsIsMadeAnew(String garbage) throws Exception {
        Path file = Files.writeString(temp.resolve("paths.json"), garbage);
        assertThat(new PathNumbers(file).of(new PeerId("ana"))).contains(2);
    }

    @Test
    void twoPeersWithOneNumberInTheFileAreTakenApart() throws Exception {
        Path file = Files.writeString(temp.resolve("paths.json"), "{\"ana\":2,\"bob\":2}");
        PathNumbers numbers = new PathNumbers(file);
        assertThat(numbers.of(new PeerId("ana"))).isNotEqualTo(numbers.of(new PeerId("bob")));
    }
}
