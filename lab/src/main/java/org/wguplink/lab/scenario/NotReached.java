package org.wguplink.lab.scenario;

import java.io.IOException;

/** Something that should have happened in the lab did not. */
public final class NotReached extends IOException {
    private static final long serialVersionUID = 1L;

    public NotReached(String message) {
        super(message);
    }
}
