package org.wguplink.mesh.identity;

/** A key file is there, but cannot or must not be used; the message says which and why, never what is in it. */
public final class IdentityException extends Exception {
    private static final long serialVersionUID = 1L;

    IdentityException(String message) {
        super(message);
    }
}
