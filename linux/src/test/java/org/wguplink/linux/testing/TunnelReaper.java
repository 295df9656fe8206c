package org.wguplink.linux.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the wireguard-go processes of a test, also when the test's JVM is killed: a child in a session of its own waits for
 * the end of its input, then kills what has a device name that begins as ours, by process id, and removes the sockets.
 */
public final class TunnelReaper implements AutoCloseable {
    private static final String SCRIPT = """
            cat > /dev/null
            for entry in /proc/[0-9]*; do
                set -- $(tr '\\0' ' ' < $entry/cmdline 2> /dev/null)
                case "${1##*/} ${2:-}" in
                    "wireguard-go $PREFIX"*) kill -9 ${entry#/proc/} ;;
                esac
            done
            rm -f /var/run/wireguard/$PREFIX*.sock "$0"
            """;

    private static final AtomicInteger MADE = new AtomicInteger();

    private final String prefix = "wt%s%s-"
            .formatted(
                    Long.toString(ProcessHandle.current().pid() % 46656, 36),
                    Integer.toString(MADE.getAndIncrement() % 36, 36));
    private final Process child;

    public TunnelReaper() {
        try {
            Path script = Files.createTempFile("reaper", ".sh");
            Files.writeString(script, SCRIPT);
            var builder = new ProcessBuilder("/usr/bin/setsid", "/bin/sh", script.toString())
                    .redirectOutput(new File("/dev/null"))
                    .redirectError(new File("/dev/null"));
            builder.environment().put("PREFIX", prefix);
            child = builder.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A device name of this test: the control sockets of all namespaces lie in one directory. */
    public String name(String suffix) {
        return prefix + suffix;
    }

    @Override
    public void close() {
        try {
            child.getOutputStream().close();
            if (!child.waitFor(10, TimeUnit.SECONDS)) throw new AssertionError("the reaper does not end");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
