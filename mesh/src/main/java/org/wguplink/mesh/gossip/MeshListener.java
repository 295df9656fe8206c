package org.wguplink.mesh.gossip;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;

/** What the mesh tells the daemon. Called from one thread of the mesh, one call at a time: return fast. */
public interface MeshListener {
    /**
     * An offer of a member, its signature verified; whether it is timely and new is for the ledger to say.
     *
     * @param document as it was signed, for whom wants to keep it
     */
    void offerHeard(Offer offer, String document);

    /** The provider's verified answer to a request of ours, as it was signed; before the request is answered by it. */
    default void leaseAnswered(LeaseAnswer answer, String document) {}

    /**
     * A verified, fresh request to this node, seen for the first time.
     *
     * @return the answer, of this provider to that consumer with that nonce; within 3 s, or nobody waits for it
     */
    CompletionStage<LeaseAnswer> leaseRequested(LeaseRequest request);

    /** A verified, fresh release of a lease that this node gave. */
    void leaseReleased(LeaseRelease release);

    /** @param present the members of the roster that are reachable now, without this node */
    void membersChanged(Set<PeerId> present);

    /**
     * A node let us in, and saw us come from that address: of this node, or of a NAT between.
     *
     * @param by proven
     */
    default void seenFrom(PeerId by, InetAddress address) {}

    /**
     * Something was not believed. The same is told once a minute.
     *
     * @param what the kind of document
     * @param why for the log; at most a few hundred characters
     */
    void refused(String what, String why);
}
