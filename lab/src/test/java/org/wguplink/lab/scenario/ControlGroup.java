package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.List;
import org.wguplink.lab.net.LabNode;

/** A control group of version 2, as a service manager makes one for a service. */
record ControlGroup(LabNode node, String path) implements AutoCloseable {
    private static final String MOUNT = "/sys/fs/cgroup";

    /** Skips the test where the machine permits none. The node has a {@code /sys} of its own, without control groups. */
    static ControlGroup make(LabNode node, String name) throws IOException {
        var group = new ControlGroup(node, MOUNT + "/" + name);
        boolean made = node.run("mount", "-t", "cgroup2", "none", MOUNT).exit() == 0
                && node.run("mkdir", group.path).exit() == 0
                && node.run("test", "-e", group.path + "/cgroup.kill").exit() == 0;
        assumeThat(made).as("control groups of version 2 can be made here").isTrue();
        return group;
    }

    /** A program that runs its arguments in the group. */
    List<String> launcher() {
        return List.of("bash", "-c", "echo $$ >%s/cgroup.procs && exec \"$@\"".formatted(path), "-");
    }

    /** Kills every process in it. */
    void kill() throws IOException {
        node.run("bash", "-c", "echo 1 >%s/cgroup.kill".formatted(path)).orThrow();
    }

    /** Whether the group that daemons make for their tunnels is there, and nobody is in it. */
    boolean shelterIsLeftOver() throws IOException {
        var processes = node.run("cat", MOUNT + "/wguplink/cgroup.procs");
        return processes.exit() == 0 && processes.out().isBlank();
    }

    @Override
    public void close() throws IOException {
        node.run("rmdir", path);
    }
}
