package org.wguplink.mesh.gossip;

/** The mesh cannot start, or cannot do what it was asked; the message is fit for the user. */
public final class MeshException extends Exception {
    private static final long serialVersionUID = 1L;

    public MeshException(String message) {
        super(message);
    }

    public MeshException(String message, Throwable cause) {
        super(message, cause);
    }
}
