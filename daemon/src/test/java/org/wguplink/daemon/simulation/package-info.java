/**
 * Many nodes on virtual time from one seed. The nodes are the product's own ({@code Steering} and all that it wires: own
 * WANs, sessions, leases, offers, the decision); what is made up is the world: lines and radio that drop, delay and
 * partition, the internet behind each WAN, a kernel and tunnels that are only remembered, and the mesh's messages. Begin
 * with {@code SimulationTest}.
 */
@NullMarked
package org.wguplink.daemon.simulation;

import org.jspecify.annotations.NullMarked;
