package org.wguplink.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process, and its children that have ended, have used of a core since a moment. */
record ProcessorTime(long pid, long ticks, long atNanos) {
    /** USER_HZ, the unit of {@code /proc}, is 100 everywhere. */
    private static final double TICK_MS = 10;

    /** From now on. */
    static ProcessorTime since(long pid) throws IOException {
        return new ProcessorTime(pid, read(pid), System.nanoTime());
    }

    /** Of one core, until now. */
    double percent() throws IOException {
        return (read(pid) - ticks) * TICK_MS * 100.0 / ((System.nanoTime() - atNanos) / 1e6);
    }

    /** User and system time, its own and of children that were waited for: fields 14 to 17 of proc_pid_stat(5). */
    private static long read(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int field = 11; field <= 14; field++) ticks += Long.parseLong(fields[field]);
        return ticks;
    }
}
