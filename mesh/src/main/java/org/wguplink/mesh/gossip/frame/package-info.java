/**
 * How the gossip engine's messages look on the wire: one frame with explicit, bounded fields, written and read by hand.
 * ScaleCube's fallback is Java deserialization, which must never meet what the network sends; here an unknown kind or a
 * field out of bounds ends the reading.
 *
 * <pre>
 * version 1 | kind 1 | correlation id: text | sender: text | body of the kind
 * text: length 2, UTF-8; empty stands for absent
 * member: id text, alias text, address text      record: member, status 1, incarnation 4
 * </pre>
 *
 * Numbers are in network order. A {@link org.wguplink.mesh.gossip.frame.Body} says what follows for each kind. Those of
 * ScaleCube's data classes live in ScaleCube's own packages ({@code io.scalecube.cluster}), because the classes are
 * visible only there: the class path allows that, and the compiler checks every field, which reflection would not.
 */
@NullMarked
package org.wguplink.mesh.gossip.frame;

import org.jspecify.annotations.NullMarked;
