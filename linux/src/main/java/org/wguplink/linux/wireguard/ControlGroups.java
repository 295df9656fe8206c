package org.wguplink.linux.wireguard;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A control group of its own for wireguard-go: service managers end a service by killing all that is in its group, and
 * the tunnels are to outlive the daemon. Only the hierarchies by which processes are tracked matter (cgroups(7)): that of
 * version 2, and systemd's named one of version 1. Where they cannot be written (a container, a sandbox) the processes
 * stay where they are, and {@code KillMode=process} must protect them.
 */
record ControlGroups(List<Path> hierarchies) {
    private static final Logger LOG = System.getLogger(ControlGroups.class.getName());
    private static final String NAME = "wguplink";
    private static final String PROCESSES = "cgroup.procs";
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;

    ControlGroups {
        hierarchies = List.copyOf(hierarchies);
    }

    /** Those in which this process is in a group that somebody else may kill. */
    static ControlGroups ofThisProcess() {
        try {
            return new ControlGroups(found(
                    Files.readAllLines(Path.of("/proc/self/mountinfo")),
                    Files.readAllLines(Path.of("/proc/self/cgroup"))));
        } catch (IOException e) {
            return new ControlGroups(List.of());
        }
    }

    /**
     * Mount points of the hierarchies in which we are not at the top.
     *
     * @param mounts lines of proc_pid_mountinfo(5)
     * @param memberships lines of /proc/PID/cgroup, {@code ID:CONTROLLERS:PATH}
     */
    static List<Path> found(List<String> mounts, List<String> memberships) {
        Map<String, String> paths = new HashMap<>();
        for (String line : memberships) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) paths.put(parts[1], parts[2]);
        }
        var found = new ArrayList<Path>();
        for (String line : mounts) {
            String[] halves = line.split(" - ", 2);
            if (halves.length < 2) continue;
            String[] fields = halves[0].split(" ", -1);
            Optional<String> controllers = controllers(halves[1].split(" ", -1));
            boolean inAGroup = controllers
                    .map(paths::get)
                    .filter(path -> !path.equals("/"))
                    .isPresent();
            if (inAGroup && fields.length > MOUNT_POINT && fields[ROOT].equals("/"))
                found.add(Path.of(fields[MOUNT_POINT]));
        }
        return found;
    }

    /** Of a mounted hierarchy that tracks processes, as /proc/PID/cgroup names it: empty text for version 2. */
    private static Optional<String> controllers(String[] typeAndOptions) {
        String type = typeAndOptions[0];
        if (type.equals("cgroup2")) return Optional.of("");
        boolean systemd = type.equals("cgroup")
                && typeAndOptions.length > 2
                && List.of(typeAndOptions[2].split(",", -1)).contains("name=systemd");
        return systemd ? Optional.of("name=systemd") : Optional.empty();
    }

    /** Moves a process into the group of its own. */
    void shelter(long pid) {
        for (Path hierarchy : hierarchies) {
            Path group = hierarchy.resolve(NAME);
            try {
                if (!Files.isDirectory(group)) Files.createDirectory(group);
                Files.writeString(group.resolve(PROCESSES), Long.toString(pid));
            } catch (IOException e) {
                LOG.log(
                        Level.INFO,
                        "wireguard-go stays in the control group of the service: {0} cannot be written",
                        group);
            }
        }
    }

    /** Removes the group of its own where nothing is in it, whoever made it. */
    static void tidy() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                String[] halves = line.split(" - ", 2);
                if (halves.length == 2 && controllers(halves[1].split(" ", -1)).isPresent())
                    removeIfEmpty(Path.of(halves[0].split(" ", -1)[MOUNT_POINT], NAME));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control groups: {0}", e.getMessage());
        }
    }

    private static void removeIfEmpty(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            // busy: other network namespaces have tunnels, too; or it is not for us to write
            LOG.log(Level.DEBUG, "{0} stays: {1}", group, e.getMessage());
        }
    }
}
