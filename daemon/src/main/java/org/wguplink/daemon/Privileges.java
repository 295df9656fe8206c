package org.wguplink.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The rights without which nothing of this works (capabilities(7)). */
final class Privileges {
    /** Bits of linux/capability.h. */
    private static final Map<String, Integer> NEEDED = new TreeMap<>(Map.of("CAP_NET_ADMIN", 12, "CAP_NET_RAW", 13));

    private static final String EFFECTIVE = "CapEff:";

    private Privileges() {}

    /** @throws IOException that says what is missing */
    static void require() throws IOException {
        require(Files.readString(Path.of("/proc/self/status")));
    }

    /** @param status the text of {@code /proc/PID/status}, proc_pid_status(5) */
    static void require(String status) throws IOException {
        String mask = status.lines()
                .filter(line -> line.startsWith(EFFECTIVE))
                .map(line -> line.substring(EFFECTIVE.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status: found no line '%s'".formatted(EFFECTIVE)));
        long held = Long.parseUnsignedLong(mask, 16);
        for (var capability : NEEDED.entrySet())
            if ((held >> capability.getValue() & 1) == 0)
                throw new IOException("found no %s; expected to be started by root, or with %s"
                        .formatted(capability.getKey(), String.join(" and ", NEEDED.keySet())));
    }
}
