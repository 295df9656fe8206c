package org.wguplink.daemon.consumer;

import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.time.MonoTime;

/**
 * A lease that is held, and for how long.
 *
 * @param renewAt when it is asked for again
 * @param asking whether it is being asked for
 */
record LeaseTerm(Grant grant, MonoTime renewAt, MonoTime expiresAt, boolean asking) {
    LeaseTerm asked() {
        return new LeaseTerm(grant, renewAt, expiresAt, true);
    }

    /** Asked for again then: the answer to the last time was no, or none. */
    LeaseTerm renewedAt(MonoTime when) {
        return new LeaseTerm(grant, when, expiresAt, false);
    }

    /** Asked for again at the latest then, unless it is being done. */
    LeaseTerm renewedBy(MonoTime when) {
        return asking || renewAt.isBefore(when) ? this : new LeaseTerm(grant, when, expiresAt, false);
    }

    /** Holds until then, as it was not renewed but works. */
    LeaseTerm heldUntil(MonoTime when) {
        return new LeaseTerm(grant, renewAt, when, asking);
    }

    /** Whether the tunnel of another grant is the same, wherever it leads. */
    boolean sameTunnel(Grant other) {
        return grant.addresses().equals(other.addresses()) && grant.publicKey().equals(other.publicKey());
    }

    MonoTime nextWake() {
        return asking || expiresAt.isBefore(renewAt) ? expiresAt : renewAt;
    }
}
