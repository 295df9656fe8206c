package org.wguplink.core.path;

import org.wguplink.core.peer.PeerId;

/** A way to the internet. */
public sealed interface PathId {
    /**
     * One of the own lines.
     *
     * @param device the network device that leads there
     */
    record OwnWan(String device) implements PathId {
        @Override
        public String toString() {
            return device;
        }
    }

    /** Through a peer's line. */
    record Uplink(PeerId peer) implements PathId {
        @Override
        public String toString() {
            return peer.value();
        }
    }

    /** None of these: no own line is known, and no uplink is in use. */
    record None() implements PathId {
        @Override
        public String toString() {
            return "no path";
        }
    }

    PathId NONE = new None();
}
