package org.wguplink.lab.net;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The {@code uplinkd} of one node: started in its namespaces, stopped, killed, started again. */
final class Daemon {
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Holder holder;
    private final Path log;
    private @Nullable Process process;

    Daemon(Holder holder, Path log) {
        this.holder = holder;
        this.log = log;
    }

    /** In a session of its own: a Ctrl-C in the terminal is for the demo, which decides what becomes of the daemon. */
    void start(List<String> args) throws IOException {
        if (isAlive()) throw new IllegalStateException("the daemon runs already");
        List<String> all = new java.util.ArrayList<>(List.of("setsid"));
        all.addAll(holder.enter(args));
        File null_ = new File("/dev/null");
        process = new ProcessBuilder(all)
                .redirectInput(null_)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Asks it to end, SIGTERM. */
    void stop() throws IOException {
        end(false);
    }

    /** SIGKILL. */
    void kill() throws IOException {
        end(true);
    }

    private void end(boolean forcibly) throws IOException {
        Process current = process;
        if (current == null) return;
        if (forcibly) current.destroyForcibly();
        else current.destroy();
        try {
            if (!current.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS))
                throw new LabException(
                        "uplinkd still runs %d s after it was told to stop\n%s".formatted(STOP.toSeconds(), tail(20)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stopping uplinkd").initCause(e);
        }
    }

    String tail(int lines) throws IOException {
        try {
            List<String> all = Files.readAllLines(log);
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (NoSuchFileException _) {
            return "(no log)";
        }
    }
}
