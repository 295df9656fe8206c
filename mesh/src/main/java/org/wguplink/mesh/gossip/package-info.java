/**
 * The mesh at work: offers spread by gossip, leases asked for directly. What the network brings is verified here before
 * anybody sees it; who is present is a hint, never a proof, and never a failure detector for failover.
 */
@NullMarked
package org.wguplink.mesh.gossip;

import org.jspecify.annotations.NullMarked;
