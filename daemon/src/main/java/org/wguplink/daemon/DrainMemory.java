package org.wguplink.daemon;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.wguplink.core.failover.Drains;
import org.wguplink.core.failover.FailoverEvent.DrainsResumed;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.mesh.store.StateFile;

/**
 * Keeps over restarts which uplinks are being drained, and until when: the connections on them outlive the daemon. Loop thread
 * only.
 */
final class DrainMemory {
    private static final JsonType<Stored> TYPE = Jsonb.builder().build().type(Stored.class);
    private static final int MAX_BYTES = 64 * 1024;
    /** No drain lasts longer; a clock that was set would say so. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * As it stands in the file.
     *
     * @param ordered the peers whose uplink new flows are to leave
     * @param ipv4 by peer, when its flows of IPv4 end, ISO 8601
     */
    @Json
    record Stored(List<String> ordered, Map<String, String> ipv4, Map<String, String> ipv6) {}

    private final LatestText saved;
    private final InstantSource wall;
    private final Path file;
    /** What the file says; empty when it says what may hold no more. */
    private Optional<Kept> kept = Optional.of(Kept.NOTHING);

    private record Kept(
            Map<PathId.Uplink, MonoTime> ipv4, Map<PathId.Uplink, MonoTime> ipv6, Set<PathId.Uplink> ordered) {
        static final Kept NOTHING = new Kept(Map.of(), Map.of(), Set.of());

        static Kept of(FamilyStates states) {
            Drains drains = states.ipv4().drains();
            return new Kept(drains.until(), states.ipv6().drains().until(), drains.ordered());
        }
    }

    DrainMemory(Loop loop, Path file) {
        this.saved = new LatestText(loop, file, DurableFile::replace);
        this.wall = loop.wall();
        this.file = file;
    }

    /** What an earlier run has left to do, of each family; shorter by the time that has passed since. */
    Map<Family, DrainsResumed> read() {
        Optional<Map<Family, DrainsResumed>> read = StateFile.read(file, MAX_BYTES, this::parse);
        if (read.isPresent()) kept = Optional.empty();
        return read.orElse(Map.of());
    }

    private Map<Family, DrainsResumed> parse(String text) {
        Stored stored = TYPE.fromJson(text);
        Set<PathId.Uplink> ordered =
                stored.ordered.stream().map(DrainMemory::uplink).collect(Collectors.toSet());
        return Map.of(
                Family.IPV4, new DrainsResumed(left(stored.ipv4), ordered),
                Family.IPV6, new DrainsResumed(left(stored.ipv6), ordered));
    }

    private Map<PathId.Uplink, Duration> left(Map<String, String> ends) {
        var left = new HashMap<PathId.Uplink, Duration>();
        ends.forEach((peer, end) -> {
            Duration until = Duration.between(wall.instant(), Instant.parse(end));
            Duration bounded = until.compareTo(LONGEST) > 0 ? LONGEST : until;
            left.put(uplink(peer), bounded.isNegative() ? Duration.ZERO : bounded);
        });
        return left;
    }

    private static PathId.Uplink uplink(String peer) {
        return new PathId.Uplink(new PeerId(peer));
    }

    /** Writes what is news. */
    void keep(FamilyStates states, MonoTime now) {
        Kept drains = Kept.of(states);
        if (kept.filter(drains::equals).isPresent()) return;
        kept = Optional.of(drains);
        saved.put(TYPE.toJson(new Stored(
                drains.ordered.stream().map(PathId.Uplink::toString).sorted().toList(),
                ends(drains.ipv4, now),
                ends(drains.ipv6, now))));
    }

    /** Writes what could not be written before. */
    void retry() {
        saved.retry();
    }

    private Map<String, String> ends(Map<PathId.Uplink, MonoTime> until, MonoTime now) {
        var ends = new TreeMap<String, String>();
        until.forEach((uplink, end) ->
                ends.put(uplink.toString(), wall.instant().plus(end.since(now)).toString()));
        return ends;
    }
}
