/**
 * Signed documents: JWS in compact serialization (RFC 7515, section 7.1) with EdDSA over Ed25519 (RFC 8037, section 3.1)
 * and nothing else. The protected header is exactly {@code {"alg","kid","typ"}}: {@code typ} keeps a document of one kind
 * from being taken for another, {@code kid} is the signer's peer id and must be the peer id in the payload. Size is
 * checked before parsing, the signature before the payload is believed; whatever is wrong is a {@link
 * org.wguplink.mesh.document.DocumentException}.
 */
@NullMarked
package org.wguplink.mesh.document;

import org.jspecify.annotations.NullMarked;
