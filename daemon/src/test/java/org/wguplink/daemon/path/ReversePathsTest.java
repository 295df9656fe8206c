package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.linux.sysctl.ReversePathFilter;
import org.wguplink.linux.sysctl.Sysctl;

class ReversePathsTest {
    @TempDir
    Path temp;

    private Path file;
    private Path wan;
    private ReversePathFilter filter;

    @BeforeEach
    void strict() throws Exception {
        file = temp.resolve("state/rp_filter");
        wan = temp.resolve("sys/net/ipv4/conf/wan/rp_filter");
        Files.createDirectories(wan.getParent());
        Files.writeString(wan, "1\n");
        filter = new ReversePathFilter(new Sysctl(temp.resolve("sys")));
    }

    /** The directory is missing at first, as room may be. */
    @Test
    void nothingIsLoosenedBeforeItsOldValueIsOnDisk() throws Exception {
        var paths = new ReversePaths(file, filter);
        for (int times = 0; times < 2; times++) {
            assertThatThrownBy(() -> paths.loosen(Set.of("wan"))).isInstanceOf(IOException.class);
            assertThat(value()).isEqualTo("1");
        }
        Files.createDirectory(file.getParent());
        paths.loosen(Set.of("wan"));
        assertThat(value()).isEqualTo("2");
        new ReversePaths(file, filter).loosen(Set.of());
        assertThat(value()).isEqualTo("1");
        assertThat(file).doesNotExist();
    }

    private String value() throws IOException {
        return Files.readString(wan).strip();
    }
}
