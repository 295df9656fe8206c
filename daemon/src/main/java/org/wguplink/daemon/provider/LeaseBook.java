package org.wguplink.daemon.provider;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.store.DurableFile;

/**
 * The leases given, one a consumer, kept on disk so that a restart changes no address. At most {@link #MOST}.
 */
public final class LeaseBook {
    /** Consumers at a time. */
    public static final int MOST = 64;

    private static final Logger LOG = System.getLogger(LeaseBook.class.getName());
    private static final JsonType<List<Line>> TYPE =
            Jsonb.builder().build().type(Line.class).list();

    /** A lease. {@code endpoint} is where the consumer's end is reached. */
    public record Held(
            PeerId consumer, WireGuardKey key, Endpoint endpoint, TunnelAddresses addresses, Instant expiresAt) {
        /** Whether the tunnel is the same, whenever the lease ends. */
        boolean sameTunnel(Held other) {
            return key.equals(other.key) && endpoint.equals(other.endpoint) && addresses.equals(other.addresses);
        }
    }

    /** A lease as it stands in the file. */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Line(
            String consumer,
            String key,
            String endpoint,
            String consumer4,
            String consumer6,
            String provider4,
            String provider6,
            String expires) {
        static Line of(Held held) {
            TunnelAddresses a = held.addresses;
            return new Line(
                    held.consumer.value(),
                    held.key.toString(),
                    held.endpoint.toString(),
                    a.consumer4().getHostAddress(),
                    a.consumer6().getHostAddress(),
                    a.provider4().getHostAddress(),
                    a.provider6().getHostAddress(),
                    held.expiresAt.toString());
        }

        Held held() {
            return new Held(
                    new PeerId(consumer),
                    WireGuardKey.parse(key),
                    Endpoint.parse(endpoint),
                    new TunnelAddresses(
                            Addresses.parse(consumer4),
                            Addresses.parse(consumer6),
                            Addresses.parse(provider4),
                            Addresses.parse(provider6)),
                    Instant.parse(expires));
        }
    }

    private final Path file;
    private final Map<PeerId, Held> leases = new TreeMap<>();

    public LeaseBook(Path file) {
        this.file = file;
        try {
            for (Line line : TYPE.fromJson(Files.readString(file))) {
                Held held = line.held();
                leases.put(held.consumer, held);
            }
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is not there yet", file);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "{0} cannot be read; the leases in it are void: {1}", file, e.getMessage());
            leases.clear();
        }
    }

    public Collection<Held> all() {
        return Collections.unmodifiableCollection(leases.values());
    }

    public Optional<Held> of(PeerId consumer) {
        return Optional.ofNullable(leases.get(consumer));
    }

    public void put(Held held) {
        leases.put(held.consumer, held);
        save();
    }

    public void remove(PeerId consumer) {
        if (leases.remove(consumer) != null) save();
    }

    /** Ends what has expired; whether there was any. */
    public boolean expire(Instant now) {
        boolean any = leases.values().removeIf(h -> !h.expiresAt.isAfter(now));
        if (any) save();
        return any;
    }

    /** Ends the leases of those who are no longer trusted; whether there was any. */
    public boolean retain(Collection<PeerId> trusted) {
        boolean any = leases.keySet().retainAll(trusted);
        if (any) save();
        return any;
    }

    private void save() {
        try {
            DurableFile.replace(
                    file, TYPE.toJson(leases.values().stream().map(Line::of).toList()), DurableFile.OWNER_ONLY);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} cannot be written: {1}", file, e.getMessage());
        }
    }
}
