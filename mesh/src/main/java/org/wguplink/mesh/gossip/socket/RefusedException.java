package org.wguplink.mesh.gossip.socket;

import java.io.IOException;

/** The other end broke the rules; its connection is closed. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
