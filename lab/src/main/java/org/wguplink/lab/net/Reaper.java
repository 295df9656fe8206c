package org.wguplink.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lab's undertaker: a child process in a session of its own, which removes the lab when told so, or when the pipe from
 * this process breaks because it died. The file {@code owner} in the lab's directory lets a later start find labs that
 * lost both.
 */
final class Reaper {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration YOUNG = Duration.ofMinutes(1);
    private static final String KEPT = "kept";

    private final LabName lab;
    private final Process process;

    private Reaper(LabName lab, Process process) {
        this.lab = lab;
        this.process = process;
    }

    /** Takes the lab's directory, which must not exist, into possession. */
    static Reaper start(LabName lab) throws IOException {
        Files.createDirectory(lab.directory());
        Files.writeString(owner(lab), identity(ProcessHandle.current().pid()).orElseThrow());
        return spawn(lab);
    }

    /** Removes a lab that nobody in this process owns. */
    static void clean(LabName lab) throws IOException {
        spawn(lab).close(true);
    }

    /** Labs whose owner died without cleaning, and, if asked for, those that were kept on purpose. */
    static List<LabName> stale(boolean keptToo) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        Command.run(List.of("ip", "netns", "list"))
                .lines()
                .flatMap(line -> LabName.ofNamespace(line.split(" ", 2)[0]).stream())
                .forEach(lab -> names.add(lab.value()));
        try (var files = Files.list(Path.of("/tmp"))) {
            files.flatMap(path -> LabName.parse(path.getFileName().toString()).stream())
                    .forEach(lab -> names.add(lab.value()));
        }
        return names.stream()
                .map(LabName::new)
                .filter(lab -> isStale(lab, keptToo))
                .toList();
    }

    /** Removes the lab now, and returns when it is gone. One that is not quiet, still being built, takes longer. */
    void close(boolean quiet) throws IOException {
        say(quiet ? "close" : "wait");
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                throw new LabException("lab %s is not removed after %d s".formatted(lab, LIMIT.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("removing " + lab).initCause(e);
        }
    }

    /** Leaves the lab behind. */
    void keep() throws IOException {
        Files.writeString(owner(lab), KEPT);
        say("keep");
    }

    private void say(String word) throws IOException {
        try (var to = process.getOutputStream()) {
            to.write((word + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            if (process.isAlive()) throw e;
        }
    }

    private static Reaper spawn(LabName lab) throws IOException {
        List<String> args = List.of(
                "setsid",
                "bash",
                "-c",
                script("reaper.sh"),
                "wgu-reaper",
                lab.value(),
                lab.directory().toString());
        Process process = new ProcessBuilder(args)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Reaper(lab, process);
    }

    static String script(String name) throws IOException {
        try (InputStream in = Reaper.class.getResourceAsStream(name)) {
            if (in == null) throw new LabException(name + " is missing from the class path");
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static Path owner(LabName lab) {
        return lab.directory().resolve("owner");
    }

    private static boolean isStale(LabName lab, boolean keptToo) {
        String owner = read(owner(lab));
        if (owner == null) return !isYoung(lab);
        if (owner.equals(KEPT)) return keptToo;
        return !identity(Long.parseLong(owner.split(" ", -1)[0])).equals(Optional.of(owner));
    }

    /** Another start may have made the directory just now, and not yet the file in it. */
    private static boolean isYoung(LabName lab) {
        try {
            Instant made = Files.getLastModifiedTime(lab.directory()).toInstant();
            return made.isAfter(Instant.now().minus(YOUNG));
        } catch (IOException _) {
            return false;
        }
    }

    /** A process by number and start time in clock ticks (proc_pid_stat(5), field 22), since numbers are used again. */
    private static Optional<String> identity(long pid) {
        String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        if (stat == null) return Optional.empty();
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Optional.of(pid + " " + fields[19]);
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException _) {
            return null;
        }
    }
}
