package org.wguplink.core.peer;

/**
 * The name of a node in the mesh, as in {@code option secubox_peer_id}: 1 to 63 characters out of letters, digits,
 * dot, hyphen and underscore, beginning with a letter or digit.
 */
public record PeerId(String value) implements Comparable<PeerId> {
    public PeerId {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}"))
            throw new IllegalArgumentException(
                    "'%s' is not a peer id; expected 1 to 63 letters, digits, '.', '-' or '_'"
                            .formatted(value.length() > 80 ? value.substring(0, 80) + "..." : value));
    }

    @Override
    public int compareTo(PeerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
