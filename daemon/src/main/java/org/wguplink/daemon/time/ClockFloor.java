package org.wguplink.daemon.time;

import java.io.IOException;
import java.nio.file.Path;
import org.wguplink.core.offer.Offer;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.mesh.roster.Roster;
import org.wguplink.mesh.roster.RosterException;
import org.wguplink.mesh.roster.RosterFile;

/** Sets the floor of the clock: the newest time that others signed and that is kept on disk. */
public final class ClockFloor {
    private ClockFloor() {}

    /** @param keys the directory that holds the roster; one that cannot be read gives no floor, and is reported elsewhere */
    public static void set(WallClock clock, Path keys, MeshMemory memory) {
        try {
            RosterFile.load(keys).ifPresent(roster -> set(clock, roster, memory));
        } catch (IOException | RosterException e) {
            // then nobody is trusted, and no time matters
        }
    }

    private static void set(WallClock clock, Roster roster, MeshMemory memory) {
        clock.atLeast(roster.issuedAt());
        for (Offer offer : memory.offers(roster)) clock.atLeast(offer.issuedAt());
    }
}
