package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.wguplink.lab.net.Lab;

/** Control groups of version 2, as a service manager uses them. */
final class ControlGroup {
    private static final List<Path> MOUNTS = List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));

    private ControlGroup() {}

    /** A group for a service of the lab; the test is skipped where the machine permits none. */
    static Path make(Lab lab) {
        Path group = mounts().findFirst()
                .map(mount -> mount.resolve(lab.name() + "-service"))
                .orElse(Path.of("/nowhere"));
        try {
            Files.createDirectory(group);
            assumeThat(group.resolve("cgroup.kill")).exists();
            return group;
        } catch (IOException e) {
            assumeThat(e).as("a control group can be made").isNull();
            throw new AssertionError(e);
        }
    }

    /** Whether the group that the daemon makes for its tunnels is there, and nobody is in it. */
    static boolean leftOver() throws IOException {
        for (Path mount : mounts().toList()) {
            Path processes = mount.resolve("wguplink/cgroup.procs");
            if (Files.exists(processes) && Files.readString(processes).isBlank()) return true;
        }
        return false;
    }

    private static Stream<Path> mounts() {
        return MOUNTS.stream().filter(mount -> Files.exists(mount.resolve("cgroup.procs")));
    }
}
