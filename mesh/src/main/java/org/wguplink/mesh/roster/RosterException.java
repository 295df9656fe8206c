package org.wguplink.mesh.roster;

/** The roster, its signature or its pin is not right: the node trusts nobody until a person has looked. */
public final class RosterException extends Exception {
    private static final long serialVersionUID = 1L;

    RosterException(String message) {
        super(message);
    }
}
