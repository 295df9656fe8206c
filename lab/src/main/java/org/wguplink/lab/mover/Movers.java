package org.wguplink.lab.mover;

import java.util.List;

/** All that can be measured. */
public final class Movers {
    /** This project first. */
    public static final List<Mover> ALL =
            List.of(new Uplinkd(), new Babeld(), new Bird(), new PingScript(), new Nothing());

    private Movers() {}
}
