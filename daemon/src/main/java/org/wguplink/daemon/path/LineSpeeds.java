package org.wguplink.daemon.path;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.wguplink.core.selection.SeenBandwidth;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.mesh.store.StateFile;

/** What each own line brought when it was measured last, in Mbit/s, kept over restarts. Loop thread only. */
public final class LineSpeeds {
    private static final JsonType<Map<String, Integer>> TYPE =
            Jsonb.builder().build().type(Integer.class).map();
    private static final int MAX_BYTES = 4096;

    private final LatestText saved;
    private final Map<String, Integer> mbps = new TreeMap<>();

    public LineSpeeds(Loop loop, Path file) {
        saved = new LatestText(loop, file, DurableFile::replace);
        StateFile.read(file, MAX_BYTES, LineSpeeds::parse).ifPresent(mbps::putAll);
    }

    private static Map<String, Integer> parse(String text) {
        Map<String, Integer> read = TYPE.fromJson(text);
        if (read.values().stream().anyMatch(rate -> rate < 1 || rate > SeenBandwidth.MOST_MBPS))
            throw new IllegalArgumentException(text);
        return read;
    }

    /** Empty before it is measured. */
    public Optional<Integer> of(String device) {
        return Optional.ofNullable(mbps.get(device));
    }

    /** Writes what could not be written before. */
    public void retry() {
        saved.retry();
    }

    public void measured(String device, int rate) {
        mbps.put(device, rate);
        saved.put(TYPE.toJson(mbps));
    }
}
