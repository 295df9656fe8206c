package org.wguplink.daemon.memory;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.store.StateFile;

/** The documents as they stand in the file: the newest offer of each peer, and each lease that we hold. */
record MemoryFile(Map<String, String> offers, Map<String, Lease> leases) {
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
        return StateFile.read(file, MAX_BYTES, MemoryFile::parse)
                .orElseGet(() -> new MemoryFile(new TreeMap<>(), new TreeMap<>()));
    }

    private static MemoryFile parse(String text) {
        var read = new MemoryFile(new TreeMap<>(), new TreeMap<>());
        Stored stored = TYPE.fromJson(text);
        if (stored.offers != null) read.offers.putAll(stored.offers);
        if (stored.leases != null)
            stored.leases.forEach((peer, lease) -> {
                if (lease.document != null && lease.ends != null)
                    read.leases.put(peer, new Lease(lease.document, Instant.parse(lease.ends)));
            });
        return read;
    }

    String text() {
        var stored = new TreeMap<String, StoredLease>();
        leases.forEach((peer, lease) -> stored.put(peer, new StoredLease(lease.document, lease.ends.toString())));
        return TYPE.toJson(new Stored(offers, stored)) + "\n";
    }
}
