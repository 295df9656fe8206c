package org.wguplink.daemon.memory;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.store.DurableFile;

/** The documents as they stand in the file: the newest offer of each peer, and each lease that we hold. */
record MemoryFile(Map<String, String> offers, Map<String, Lease> leases) {
    private static final Logger LOG = System.getLogger(MemoryFile.class.getName());
    private static final JsonType<Stored> TYPE = Jsonb.builder().build().type(Stored.class);
    /** A thousand offers of a kilobyte, and the leases. */
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    /** The provider's signed answer, and when the lease ends: the answer itself bears no time. */
    record Lease(String document, Instant ends) {}

    @Json(naming = Json.Naming.LowerUnderscore)
    record Stored(
            @Nullable Map<String, String> offers, @Nullable Map<String, StoredLease> leases) {}

    @Json(naming = Json.Naming.LowerUnderscore)
    record StoredLease(@Nullable String document, @Nullable String ends) {}

    /** What cannot be read is forgotten: it is a convenience, and never believed without its signatures. */
    static MemoryFile read(Path file) {
        var read = new MemoryFile(new TreeMap<>(), new TreeMap<>());
        try {
            Stored stored = TYPE.fromJson(DurableFile.read(file, MAX_BYTES));
            if (stored.offers != null) read.offers.putAll(stored.offers);
            if (stored.leases != null)
                stored.leases.forEach((peer, lease) -> {
                    if (lease.document != null && lease.ends != null)
                        read.leases.put(peer, new Lease(lease.document, Instant.parse(lease.ends)));
                });
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is not there yet", file);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "{0} cannot be read, and is made anew: {1}", file, Failures.text(e));
        }
        return read;
    }

    String text() {
        var stored = new TreeMap<String, StoredLease>();
        leases.forEach((peer, lease) -> stored.put(peer, new StoredLease(lease.document, lease.ends.toString())));
        return TYPE.toJson(new Stored(offers, stored)) + "\n";
    }
}
