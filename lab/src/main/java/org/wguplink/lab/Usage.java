package org.wguplink.lab;

/** The user asked for something that there is not; the message says what, exit status 2. */
public final class Usage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Usage(String message) {
        super(message);
    }
}
