/** ScaleCube Cluster (SWIM membership and gossip) as the engine behind {@code OfferTransport}. */
@NullMarked
package org.wguplink.mesh.gossip.scalecube;

import org.jspecify.annotations.NullMarked;
