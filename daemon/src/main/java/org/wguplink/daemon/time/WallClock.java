package org.wguplink.daemon.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.ToldTime;

/**
 * The time of day, for whatever is signed or expires. It is the system's, unless that is plainly wrong: earlier than a
 * time that was signed before (the floor). Then it is the floor and what has passed since, and what members of the mesh
 * say. As soon as the system's clock is set, that one counts again, and what was said is forgotten. Thread-safe.
 */
public final class WallClock implements InstantSource {
    /** A clock may be ahead of ours by the skew when it signs, and ours be set back by as much. */
    static final Duration TOLERANCE = Ledger.SKEW.multipliedBy(2);
    /** How long a second member is waited for before one is believed alone. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private final InstantSource system;
    private final LongSupplier nanos;
    private final Map<PeerId, Moment> told = new HashMap<>();
    private Moment floor;
    private Instant end = Instant.MAX;
    private Optional<Moment> firstTold = Optional.empty();

    /** A time of day, at a monotonic time. */
    private record Moment(Instant time, long atNanos) {
        Instant now(long nanos) {
            return time.plusNanos(nanos - atNanos);
        }
    }

    /** @param nanos monotonic */
    public WallClock(InstantSource system, LongSupplier nanos) {
        this.system = system;
        this.nanos = nanos;
        this.floor = new Moment(Instant.EPOCH, nanos.getAsLong());
    }

    public static WallClock ofSystem() {
        return new WallClock(InstantSource.system(), System::nanoTime);
    }

    @Override
    public synchronized Instant instant() {
        if (!isLost()) return system.instant();
        Instant reckoned = floor.now(nanos.getAsLong());
        return agreed().filter(reckoned::isBefore).orElse(reckoned);
    }

    /** It is at least as late as this signed time. */
    public synchronized void atLeast(Instant signed) {
        long now = nanos.getAsLong();
        if (floor.now(now).isBefore(signed)) floor = new Moment(signed, now);
    }

    /** Whoever says that it is later than this is not believed: with the roster the mesh ends. */
    public synchronized void atMost(Instant rosterEnds) {
        end = rosterEnds;
    }

    /** Whether the system's clock is plainly wrong. */
    public synchronized boolean isLost() {
        boolean lost = system.instant().isBefore(floor.now(nanos.getAsLong()).minus(TOLERANCE));
        if (!lost && !told.isEmpty()) {
            told.clear();
            firstTold = Optional.empty();
        }
        return lost;
    }

    /** Whether we know the time: by the system's clock, or by what members say. */
    public synchronized boolean isKnown() {
        return !isLost() || agreed().isPresent();
    }

    /** A member's signed statement, issued at that time; heard only while the system's clock is plainly wrong. */
    public synchronized void heard(PeerId member, Instant issued) {
        if (!isLost() || issued.isAfter(end)) return;
        var moment = new Moment(issued, nanos.getAsLong());
        told.put(member, moment);
        if (firstTold.isEmpty()) firstTold = Optional.of(moment);
    }

    private Optional<Instant> agreed() {
        long now = nanos.getAsLong();
        boolean waited = firstTold
                .filter(first -> now - first.atNanos() >= PATIENCE.toNanos())
                .isPresent();
        List<Instant> said = told.values().stream().map(t -> t.now(now)).toList();
        return ToldTime.agreed(said, floor.now(now), Ledger.SKEW, waited);
    }
}
