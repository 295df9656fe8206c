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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelMtu;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;

/**
 * The leases given, one a consumer, kept on disk so that a restart changes no address. At most {@link #MOST}.
 */
public final class LeaseBook {
    /** Consumers at a time. */
    public static final int MOST = 64;

    private static final Logger LOG = System.getLogger(LeaseBook.class.getName());
    private static final JsonType<List<Line>> TYPE =
            Jsonb.builder().build().type(Line.class).list();

    /**
     * A lease.
     *
     * @param endpoint where the consumer's end is called first; WireGuard follows it from there
     * @param mtu what fits through the tunnel, 1200 to 1420
     */
    public record Held(
            PeerId consumer,
            WireGuardKey key,
            Endpoint endpoint,
            TunnelAddresses addresses,
            int mtu,
            MonoTime expiresAt) {
        /** With a tunnel over a link of the usual size. */
        public Held(
                PeerId consumer, WireGuardKey key, Endpoint endpoint, TunnelAddresses addresses, MonoTime expiresAt) {
            this(consumer, key, endpoint, addresses, TunnelMtu.USUAL, expiresAt);
        }

        /** Whether the tunnel is the same, wherever it leads and whenever the lease ends. */
        boolean sameTunnel(Held other) {
            return key.equals(other.key) && addresses.equals(other.addresses);
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
            @Nullable Integer mtu,
            String expires) {
        static Line of(Held held, Instant wall, MonoTime now) {
            TunnelAddresses a = held.addresses;
            return new Line(
                    held.consumer.value(),
                    held.key.toString(),
                    held.endpoint.toString(),
                    a.consumer4().getHostAddress(),
                    a.consumer6().getHostAddress(),
                    a.provider4().getHostAddress(),
                    a.provider6().getHostAddress(),
                    held.mtu,
                    wall.plus(held.expiresAt.since(now)).toString());
        }

        /** Whatever the clock has done meanwhile, it holds no longer than a lease ever does. */
        Held held(Instant wall, MonoTime now, Duration longest) {
            Duration left = Duration.between(wall, Instant.parse(expires));
            return new Held(
                    new PeerId(consumer),
                    WireGuardKey.parse(key),
                    Endpoint.parse(endpoint),
                    new TunnelAddresses(
                            Addresses.parse(consumer4),
                            Addresses.parse(consumer6),
                            Addresses.parse(provider4),
                            Addresses.parse(provider6)),
                    mtu == null ? TunnelMtu.USUAL : Math.clamp(mtu, TunnelMtu.NARROWEST, TunnelMtu.USUAL),
                    now.plus(left.compareTo(longest) > 0 ? longest : left));
        }
    }

    /** Writes the text of the book somewhere else than on the loop. */
    public interface Saver {
        void save(String text);
    }

    private final InstantSource clock;
    private final Saver saver;
    private final Map<PeerId, Held> leases = new TreeMap<>();

    /**
     * The book as its file has it.
     *
     * @param longest what a lease may last at most
     */
    public LeaseBook(Path file, Duration longest, InstantSource clock, Saver saver) {
        this.clock = clock;
        this.saver = saver;
        Instant wall = clock.instant();
        MonoTime now = EventLoop.now();
        try {
            for (Line line : TYPE.fromJson(Files.readString(file))) {
                Held held = line.held(wall, now, longest);
                leases.put(held.consumer, held);
            }
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is not there yet", file);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "{0} cannot be read; the leases in it are void: {1}", file, Failures.text(e));
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

    /** Whether another consumer has this tunnel key: two peers of an interface cannot share one. */
    public boolean isTaken(WireGuardKey key, PeerId by) {
        return leases.values().stream().anyMatch(h -> h.key.equals(key) && !h.consumer.equals(by));
    }

    /**
     * Ends what has expired; whether there was any.
     *
     * @param carries whether a lease's tunnel works: such a one holds, since a mesh that died with somebody's WAN must not
     *     end the uplink that replaces it
     */
    public boolean expire(MonoTime now, Predicate<Held> carries) {
        boolean any = leases.values().removeIf(h -> h.expiresAt.isDue(now) && !carries.test(h));
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
        Instant wall = clock.instant();
        MonoTime now = EventLoop.now();
        saver.save(TYPE.toJson(
                leases.values().stream().map(h -> Line.of(h, wall, now)).toList()));
    }
}
