package org.wguplink.mesh.gossip.frame;

import java.io.IOException;

/** A frame that is not as it must be; nothing of it is used. */
public final class FrameException extends IOException {
    private static final long serialVersionUID = 1L;

    public FrameException(String message) {
        super(message);
    }
}
