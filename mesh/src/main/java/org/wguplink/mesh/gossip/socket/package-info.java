/**
 * TCP between nodes, one connection for each direction; or one for both, where only one end can be called. ScaleCube's own
 * transport binds every address of the host and brings Netty; this one binds the mesh's address alone, and is small
 * enough to bound everything.
 *
 * <pre>
 * acceptor  -> connector  challenge: 32 random bytes
 * connector -> acceptor   hello: length 2, peer id | length 2, HOST:PORT of its own | challenge 32 | signature 64
 * acceptor  -> connector  welcome: length 2, peer id | length 1, address that it sees | signature 64
 * both      -> other      frames: length 4 (1 to 16380), bytes; a length of 0 for each frame taken
 * </pre>
 *
 * The signatures cover both challenges, and the hello's the address that the connector dialled, so that neither can be
 * replayed, nor passed on to another node. They keep out who is not in the roster before a frame is read. They do not
 * protect what follows against somebody on the path: the documents inside are signed for that reason, and the engine's
 * own messages rely on the network below.
 */
@NullMarked
package org.wguplink.mesh.gossip.socket;

import org.jspecify.annotations.NullMarked;
