package org.wguplink.mesh.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Reads what a node has written down for its next run and can do without: what is broken is said, and made anew. */
public final class StateFile {
    private static final Logger LOG = System.getLogger(StateFile.class.getName());

    private StateFile() {}

    /**
     * What the file holds; empty when it is not there, is longer than {@code maxBytes}, or says nothing that can be used.
     *
     * @param parse fails with any unchecked exception where it finds something else than what this node writes
     */
    public static <T> Optional<T> read(Path file, int maxBytes, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(DurableFile.read(file, maxBytes)));
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is not there yet", file);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "{0} cannot be read and is made anew: {1}", file, e.getMessage());
        }
        return Optional.empty();
    }
}
