package org.wguplink.core.route;

/** The kernel refused a route or a rule; the message names it and the error. */
public final class RouterException extends Exception {
    private static final long serialVersionUID = 1L;

    public RouterException(String message) {
        super(message);
    }

    public RouterException(String message, Throwable cause) {
        super(message, cause);
    }
}
