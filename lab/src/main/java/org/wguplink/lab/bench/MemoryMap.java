package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the resident memory of one of our Java programs lies, from {@code /proc/PID/smaps} (proc_pid_smaps(5)). */
final class MemoryMap {
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ (\\S+) \\S+ \\S+ \\S+\\s*(.*)");
    private static final Pattern RESIDENT = Pattern.compile("Rss:\\s+(\\d+) kB");
    private static final long FOUR_GIB = 1L << 32;
    /** The launcher's -Xmx. HotSpot puts a heap as small as that right below 4 GiB, so that its pointers need no base. */
    private static final long HEAP_BYTES = 64L << 20;

    /** What a mapping is there for. */
    enum Use {
        AOT_CACHE("AOT cache: classes, their metadata, code profiles"),
        JAVA_HEAP("Java heap"),
        COMPILED_CODE("compiled code and stubs"),
        LIBJVM("libjvm.so"),
        LIBRARIES("other libraries and files"),
        ANONYMOUS("malloc, metaspace, thread stacks");

        private final String title;

        Use(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private MemoryMap() {}

    /** Resident kB by use; together what VmRSS says. */
    static Map<Use, Long> of(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Long.toString(pid), "smaps")));
    }

    static Map<Use, Long> parse(String smaps) {
        Map<Use, Long> kilobytes = new LinkedHashMap<>();
        for (Use use : Use.values()) kilobytes.put(use, 0L);
        Use current = Use.ANONYMOUS;
        for (String line : smaps.split("\n", -1)) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches())
                current = use(Long.parseUnsignedLong(mapping.group(1), 16), mapping.group(2), mapping.group(3));
            Matcher resident = RESIDENT.matcher(line);
            if (resident.matches()) kilobytes.merge(current, Long.parseLong(resident.group(1)), Long::sum);
        }
        return kilobytes;
    }

    private static Use use(long from, String permissions, String name) {
        if (name.endsWith(".aot")) return Use.AOT_CACHE;
        if (name.endsWith("/libjvm.so")) return Use.LIBJVM;
        if (name.startsWith("/")) return Use.LIBRARIES;
        if (permissions.startsWith("rwx")) return Use.COMPILED_CODE;
        return from >= FOUR_GIB - HEAP_BYTES && from < FOUR_GIB ? Use.JAVA_HEAP : Use.ANONYMOUS;
    }
}
