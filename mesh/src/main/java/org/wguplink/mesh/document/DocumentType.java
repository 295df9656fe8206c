package org.wguplink.mesh.document;

/** Kind of a document, the {@code typ} of its header (RFC 7515, section 4.1.9). */
public enum DocumentType {
    OFFER("wgu-offer", DocumentType.MAX_MESSAGE),
    LEASE_REQUEST("wgu-lease-request", DocumentType.MAX_MESSAGE),
    LEASE_ANSWER("wgu-lease-answer", DocumentType.MAX_MESSAGE),
    LEASE_RELEASE("wgu-lease-release", DocumentType.MAX_MESSAGE),
    NODE("wgu-node", DocumentType.MAX_MESSAGE),
    /** Room for 1000 nodes with the longest names; it travels by hand or file, never by gossip. */
    ROSTER("wgu-roster", 256 * 1024);

    /**
     * Longest document that crosses the mesh, in characters (all ASCII): a frame of 16 KiB, less 256 bytes for what
     * stands before the document in it. The longest is a lease request with 256 prefixes, of 15,803 characters.
     */
    public static final int MAX_MESSAGE = 16 * 1024 - 256;

    private final String typ;
    private final int maxLength;

    DocumentType(String typ, int maxLength) {
        this.typ = typ;
        this.maxLength = maxLength;
    }

    public String typ() {
        return typ;
    }

    /** Longest document of this kind, in characters. */
    public int maxLength() {
        return maxLength;
    }
}
