/**
 * Who a node is: an Ed25519 key (RFC 8032) and a peer id. The private half stays in one file that only its owner may
 * read, and in one field that nothing prints; the rest of the program asks {@link org.wguplink.mesh.identity.Signer}.
 */
@NullMarked
package org.wguplink.mesh.identity;

import org.jspecify.annotations.NullMarked;
