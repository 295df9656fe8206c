package org.wguplink.linux.sysctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlTest {
    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, net/ipv4/ip_forward",
        "net/ipv4/conf/eth0.100/rp_filter, net/ipv4/conf/eth0.100/rp_filter",
        "net.ipv4.conf.eth0/100.rp_filter, net/ipv4/conf/eth0.100/rp_filter"
    })
    void readsNamesAsSysctlDoes(String key, String path) {
        assertThat(new Sysctl().path(key)).isEqualTo(Path.of("/proc/sys").resolve(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "net/../../etc/passwd", "net/..", "../x"})
    void staysBelowItsRoot(String key) {
        assertThatThrownBy(() -> new Sysctl().path(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsAndWrites(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("net/ipv4/conf/a.b"));
        Files.writeString(root.resolve("net/ipv4/conf/a.b/rp_filter"), "1\n");
        var sysctl = new Sysctl(root);
        String key = Sysctl.ofDevice("net.ipv4.conf", "a.b", "rp_filter");
        assertThat(sysctl.read(key)).contains("1");
        sysctl.write(key, "2");
        assertThat(sysctl.read(key)).contains("2\n".strip());
        assertThat(sysctl.read("net.none")).isEmpty();
        assertThatThrownBy(() -> sysctl.write("net.none", "1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("set net.none to '1'");
    }
}
