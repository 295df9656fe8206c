package org.wguplink.mesh.identity;

/** Who holds a private key and signs with it, without showing it. */
public sealed interface Signer permits Identity, MasterKey {
    NodeKey key();

    /** The Ed25519 signature of {@code content} (RFC 8032, section 5.1.6): 64 bytes. */
    byte[] sign(byte[] content);
}
