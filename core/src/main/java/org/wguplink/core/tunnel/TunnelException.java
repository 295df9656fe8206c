package org.wguplink.core.tunnel;

/** An interface could not be made or changed; the message names it, never a key. */
public final class TunnelException extends Exception {
    private static final long serialVersionUID = 1L;

    public TunnelException(String message) {
        super(message);
    }

    public TunnelException(String message, Throwable cause) {
        super(message, cause);
    }
}
