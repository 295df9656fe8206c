package org.wguplink.lab.net;

import java.io.IOException;

/** The lab could not do something: the message says what was run, and what came back. */
public final class LabException extends IOException {
    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
