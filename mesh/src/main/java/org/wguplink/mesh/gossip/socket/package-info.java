/**
 * TCP between nodes, one connection for each direction. ScaleCube's own transport binds every address of the host and
 * brings Netty; this one binds the mesh's address alone, and is small enough to bound everything.
 *
 * <pre>
 * acceptor  -> connector  challenge: 32 random bytes
 * connector -> acceptor   hello: length 2, peer id | Ed25519 signature 64
 * connector -> acceptor   frames: length 4 (1 to 16380), bytes
 * acceptor  -> connector  one byte 0x06 for each frame taken
 * </pre>
 *
 * The signature covers the challenge and the address that the connector dialled, so a hello cannot be replayed, nor
 * passed on to another node. It keeps out who is not in the roster before a frame is read. It does not protect what
 * follows against somebody on the path: the documents inside are signed for that reason, and the engine's own messages
 * rely on the network below.
 */
@NullMarked
package org.wguplink.mesh.gossip.socket;

import org.jspecify.annotations.NullMarked;
