package org.wguplink.mesh.gossip;

import java.util.concurrent.CompletableFuture;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;

/** Leases of other nodes, as a consumer asks for them and gives them back. */
public interface Leases {
    /**
     * Asks a provider for a lease, directly.
     *
     * @return the provider's own verified answer; fails with a {@link MeshException} when it cannot be asked, or with a
     *     {@link java.util.concurrent.TimeoutException} after 3 s
     */
    CompletableFuture<LeaseAnswer> request(LeaseRequest request);

    /** Gives a lease back, best effort: it ends by itself if this is lost. */
    void release(LeaseRelease release);
}
