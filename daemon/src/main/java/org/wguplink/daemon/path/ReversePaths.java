package org.wguplink.daemon.path;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.wguplink.linux.sysctl.ReversePathFilter;
import org.wguplink.mesh.store.DurableFile;

/**
 * Loosens the reverse-path filter on our paths where it is strict, and puts it back when a device is no longer ours. What
 * was there before is on disk before it is changed: a line a device, {@code NAME VALUE}. Its calls block; one thread at a
 * time.
 */
public final class ReversePaths {
    private static final Logger LOG = System.getLogger(ReversePaths.class.getName());

    private final Path file;
    private final ReversePathFilter filter;
    private final Map<String, Integer> before = new TreeMap<>();

    /** @param file what an earlier run has changed; a line that cannot be read is left out */
    public ReversePaths(Path file, ReversePathFilter filter) throws IOException {
        this.file = file;
        this.filter = filter;
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ", -1);
                if (words.length == 2 && words[1].matches("[012]")) before.put(words[0], Integer.valueOf(words[1]));
            }
        } catch (NoSuchFileException e) {
            // nothing was changed
        }
    }

    /** Makes the filter loose where it is strict on these devices, and puts back what else was changed before. */
    public void loosen(Set<String> ours) throws IOException {
        for (String device : ours) if (filter.isStrict(device)) loosen(device);
        for (Map.Entry<String, Integer> changed : Map.copyOf(before).entrySet())
            if (!ours.contains(changed.getKey())) putBack(changed.getKey(), changed.getValue());
    }

    private void loosen(String device) throws IOException {
        Optional<Integer> value = filter.value(device);
        if (value.isEmpty()) return;
        if (!before.containsKey(device)) {
            var more = new TreeMap<>(before);
            more.put(device, value.get());
            save(more);
        }
        filter.set(device, ReversePathFilter.LOOSE);
        LOG.log(
                Level.INFO,
                "rp_filter of {0} is 2 (loose) while this node uses it: strict, it drops answers by a path that is not"
                        + " the default route; the value before, {1}, is put back afterwards",
                device,
                value.get());
    }

    /** What somebody has set since then stays. */
    private void putBack(String device, int value) throws IOException {
        if (filter.value(device).equals(Optional.of(ReversePathFilter.LOOSE))) {
            filter.set(device, value);
            LOG.log(Level.INFO, "rp_filter of {0} is {1} again, as before", device, value);
        }
        var fewer = new TreeMap<>(before);
        fewer.remove(device);
        save(fewer);
    }

    /** What is not on disk is not changed: it could not be put back after a crash. */
    private void save(Map<String, Integer> next) throws IOException {
        var text = new StringBuilder();
        next.forEach(
                (device, value) -> text.append(device).append(' ').append(value).append('\n'));
        if (next.isEmpty()) Files.deleteIfExists(file);
        else DurableFile.replace(file, text.toString());
        before.clear();
        before.putAll(next);
    }
}
