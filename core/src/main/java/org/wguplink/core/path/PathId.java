package org.wguplink.core.path;

import org.wguplink.core.peer.PeerId;

/** A way to the internet. */
public sealed interface PathId {
    /** The own line. */
    record OwnWan() implements PathId {
        @Override
        public String toString() {
            return "wan";
        }
    }

    /** Through a peer's line. */
    record Uplink(PeerId peer) implements PathId {
        @Override
        public String toString() {
            return peer.value();
        }
    }

    PathId WAN = new OwnWan();
}
