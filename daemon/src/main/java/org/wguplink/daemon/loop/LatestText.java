package org.wguplink.daemon.loop;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a file at the newest of many texts, written by the worker. A disk that is full or read-only is said once, and the
 * newest text is kept until it can be written. Loop thread only.
 */
public final class LatestText {
    private static final Logger LOG = System.getLogger(LatestText.class.getName());

    /** How the file is written; called on the worker. */
    public interface Writing {
        void write(Path file, String text) throws IOException;
    }

    private final Loop loop;
    private final Path file;
    private final Writing writing;
    private Optional<String> unwritten = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private boolean busy;

    public LatestText(Loop loop, Path file, Writing writing) {
        this.loop = loop;
        this.file = file;
        this.writing = writing;
    }

    /** A newer text. While an older one is being written it waits; only the newest does. */
    public void put(String text) {
        unwritten = Optional.of(text);
        retry();
    }

    /** Whether the last attempt has failed: there is something to {@link #retry}. */
    public boolean failed() {
        return trouble.isPresent();
    }

    /** Tries again what could not be written. */
    public void retry() {
        if (busy || unwritten.isEmpty()) return;
        String text = unwritten.get();
        unwritten = Optional.empty();
        busy = true;
        loop.work(
                () -> {
                    writing.write(file, text);
                    return file;
                },
                written -> written(),
                e -> failed(text, Failures.text(e)));
    }

    private void written() {
        busy = false;
        if (trouble.isPresent()) LOG.log(Level.INFO, "{0} is written again", file);
        trouble = Optional.empty();
        retry();
    }

    private void failed(String text, String why) {
        busy = false;
        if (unwritten.isEmpty()) unwritten = Optional.of(text);
        if (!trouble.equals(Optional.of(why))) LOG.log(Level.WARNING, "not written, and tried again: {0}", why);
        trouble = Optional.of(why);
    }
}
