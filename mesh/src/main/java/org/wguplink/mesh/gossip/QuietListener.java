package org.wguplink.mesh.gossip;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.logging.OnceAMinute;

/** Passes everything on, but the same refusal once a minute: a node that is not approved knocks every few seconds. */
record QuietListener(MeshListener listener, OnceAMinute refusals) implements MeshListener {
    QuietListener(MeshListener listener) {
        this(listener, new OnceAMinute());
    }

    @Override
    public void refused(String what, String why) {
        String report = what + ": " + why;
        refusals.pass(report, System.nanoTime())
                .ifPresent(passed -> listener.refused(what, passed.equals(report) ? why : passed));
    }

    @Override
    public void offerHeard(Offer offer, String document) {
        listener.offerHeard(offer, document);
    }

    @Override
    public void leaseAnswered(LeaseAnswer answer, String document) {
        listener.leaseAnswered(answer, document);
    }

    @Override
    public CompletionStage<LeaseAnswer> leaseRequested(LeaseRequest request) {
        return listener.leaseRequested(request);
    }

    @Override
    public void leaseReleased(LeaseRelease release) {
        listener.leaseReleased(release);
    }

    @Override
    public void seenFrom(PeerId by, InetAddress address) {
        listener.seenFrom(by, address);
    }

    @Override
    public void membersChanged(Set<PeerId> present) {
        listener.membersChanged(present);
    }
}
