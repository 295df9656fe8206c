/**
 * The mesh at work: offers spread by gossip, leases asked for directly. What the network brings is verified here before
 * anybody sees it; who is present is a hint, never a proof, and never a failure detector for failover.
 *
 * <p>{@link org.wguplink.mesh.gossip.Mesh} is the way in and {@link org.wguplink.mesh.gossip.MeshListener} the way out;
 * {@code LeaseDesk} holds the lease protocol. Both see the network only as {@link
 * org.wguplink.mesh.gossip.OfferTransport}. Behind it, from the top: {@code scalecube} is the gossip engine, {@code
 * socket} its connections, {@code frame} its bytes.
 */
@NullMarked
package org.wguplink.mesh.gossip;

import org.jspecify.annotations.NullMarked;
