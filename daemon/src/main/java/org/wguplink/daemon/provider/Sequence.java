package org.wguplink.daemon.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.wguplink.mesh.store.DurableFile;

/**
 * The sequence of our offers: it grows, over restarts and whatever the clock says. Numbers are reserved on disk in blocks,
 * so that an offer does not cost a write; a restart skips the rest of its block.
 */
final class Sequence {
    private static final long BLOCK = 1000;

    private final Path file;
    private long next;
    private long reserved;

    Sequence(Path file, InstantSource wall) throws IOException {
        this.file = file;
        try {
            reserved = Long.parseLong(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            // a node that has lost its state begins above what it may have said before
            reserved = Math.max(0, wall.instant().getEpochSecond());
        } catch (NumberFormatException e) {
            throw new IOException("%s: expected a number; without it the mesh would refuse our offers".formatted(file));
        }
        next = reserved + 1;
    }

    long next() throws IOException {
        if (next > reserved) {
            DurableFile.replace(file, (reserved + BLOCK) + "\n");
            reserved += BLOCK;
        }
        return next++;
    }
}
