package org.wguplink.linux.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlGroupsTest {
    private static final List<String> UNIFIED = List.of(
            "22 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw",
            "28 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec shared:9 - cgroup2 cgroup2 rw,nsdelegate");
    private static final List<String> HYBRID = List.of(
            "28 24 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw",
            "29 28 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
            "30 28 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
            "31 28 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory");

    @Test
    void aServiceIsInAGroupThatItsManagerKills() {
        assertThat(ControlGroups.found(UNIFIED, List.of("0::/system.slice/uplinkd.service")))
                .containsExactly(Path.of("/sys/fs/cgroup"));
    }

    @Test
    void onlyTheHierarchiesThatTrackProcessesMatter() {
        assertThat(ControlGroups.found(
                        HYBRID,
                        List.of(
                                "9:memory:/some/limit",
                                "1:name=systemd:/system.slice/uplinkd.service",
                                "0::/system.slice/uplinkd.service")))
                .containsExactly(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup/systemd"));
    }

    @Test
    void nothingIsMovedFromTheTop() {
        assertThat(ControlGroups.found(UNIFIED, List.of("0::/"))).isEmpty();
    }

    @Test
    void aPartOfAHierarchyThatIsMountedIntoAContainerIsLeftAlone() {
        assertThat(ControlGroups.found(
                        List.of("28 24 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup2 rw"),
                        List.of("0::/docker/1")))
                .isEmpty();
    }
}
