package org.wguplink.daemon.consumer;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.store.DurableFile;

/**
 * The path number of each uplink, 2 to {@link Layout#MAX_PATH}. A number is a mark on connections that outlive the
 * daemon, so it is kept on disk, and given to another peer only after the first was removed.
 */
public final class PathNumbers {
    private static final Logger LOG = System.getLogger(PathNumbers.class.getName());
    private static final JsonType<Map<String, Integer>> TYPE =
            Jsonb.builder().build().type(Integer.class).map();

    private final Path file;
    private final Map<String, Integer> numbers = new TreeMap<>();
    private Optional<String> trouble = Optional.empty();

    public PathNumbers(Path file) {
        this.file = file;
        try {
            TYPE.fromJson(Files.readString(file)).forEach((peer, number) -> {
                boolean usable = number != null && number > PathRoute.WAN && number <= Layout.MAX_PATH;
                if (usable && !numbers.containsValue(number)) numbers.put(peer, number);
            });
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is not there yet", file);
        } catch (IOException | JsonException e) {
            LOG.log(Level.WARNING, "{0} cannot be read and is made anew: {1}", file, Failures.text(e));
        }
    }

    /** The peer's number; empty when all are given away. */
    public Optional<Integer> of(PeerId peer) {
        Integer known = numbers.get(peer.value());
        if (known != null) return Optional.of(known);
        for (int number = PathRoute.WAN + 1; number <= Layout.MAX_PATH; number++)
            if (!numbers.containsValue(number)) {
                numbers.put(peer.value(), number);
                save();
                return Optional.of(number);
            }
        return Optional.empty();
    }

    /** Who has a number. */
    public List<PeerId> peers() {
        return numbers.keySet().stream().map(PeerId::new).toList();
    }

    public void free(PeerId peer) {
        if (numbers.remove(peer.value()) != null) save();
    }

    /** Writes what could not be written before. */
    public void retry() {
        if (trouble.isPresent()) save();
    }

    private void save() {
        try {
            DurableFile.replace(file, TYPE.toJson(numbers));
            if (trouble.isPresent()) LOG.log(Level.INFO, "{0} is written again", file);
            trouble = Optional.empty();
        } catch (IOException e) {
            String why = Failures.text(e);
            if (!trouble.equals(Optional.of(why))) LOG.log(Level.WARNING, "not written, and tried again: {0}", why);
            trouble = Optional.of(why);
        }
    }
}
