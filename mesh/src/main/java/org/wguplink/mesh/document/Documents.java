package org.wguplink.mesh.document;

import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;

/**
 * Signs what this node says, and verifies what others say: the signer is a node of the roster and speaks for itself
 * alone. Whether a document is timely, new, and meant for us is for its reader to judge.
 */
public final class Documents {
    private final Identity self;

    public Documents(Identity self) {
        this.self = self;
    }

    public String sign(Offer offer) throws DocumentException {
        return sign(DocumentType.OFFER, offer.peerId(), OfferJson.of(offer));
    }

    public String sign(LeaseRequest request) throws DocumentException {
        return sign(DocumentType.LEASE_REQUEST, request.consumer(), LeaseJson.Request.of(request));
    }

    public String sign(LeaseAnswer answer) throws DocumentException {
        return sign(DocumentType.LEASE_ANSWER, answer.provider(), LeaseJson.Answer.of(answer));
    }

    public String sign(LeaseRelease release) throws DocumentException {
        return sign(DocumentType.LEASE_RELEASE, release.consumer(), LeaseJson.Release.of(release));
    }

    public static Offer verifyOffer(String jws, Roster roster) throws DocumentException {
        Jws.Content content = verify(jws, DocumentType.OFFER, roster);
        Offer offer = Payload.read("offer", OfferJson.class, content.payload(), OfferJson::offer);
        checkSpeaker(content, "peer_id", offer.peerId());
        return offer;
    }

    public static LeaseRequest verifyLeaseRequest(String jws, Roster roster) throws DocumentException {
        Jws.Content content = verify(jws, DocumentType.LEASE_REQUEST, roster);
        LeaseRequest request =
                Payload.read("lease request", LeaseJson.Request.class, content.payload(), LeaseJson.Request::request);
        checkSpeaker(content, "consumer", request.consumer());
        return request;
    }

    public static LeaseAnswer verifyLeaseAnswer(String jws, Roster roster) throws DocumentException {
        Jws.Content content = verify(jws, DocumentType.LEASE_ANSWER, roster);
        LeaseAnswer answer =
                Payload.read("lease answer", LeaseJson.Answer.class, content.payload(), LeaseJson.Answer::answer);
        checkSpeaker(content, "provider", answer.provider());
        return answer;
    }

    public static LeaseRelease verifyLeaseRelease(String jws, Roster roster) throws DocumentException {
        Jws.Content content = verify(jws, DocumentType.LEASE_RELEASE, roster);
        LeaseRelease release =
                Payload.read("lease release", LeaseJson.Release.class, content.payload(), LeaseJson.Release::release);
        checkSpeaker(content, "consumer", release.consumer());
        return release;
    }

    private String sign(DocumentType type, PeerId speaker, Object json) throws DocumentException {
        if (!speaker.equals(self.peerId()))
            throw new DocumentException(
                    "a %s of '%s' cannot be signed by '%s'".formatted(type.typ(), speaker, self.peerId()));
        return Jws.sign(self, type, speaker.value(), Payload.write(json));
    }

    private static Jws.Content verify(String jws, DocumentType type, Roster roster) throws DocumentException {
        return Jws.verify(
                jws,
                type,
                claimed -> roster.node(new PeerId(claimed.kid()))
                        .orElseThrow(() -> new DocumentException("'%s' is not in the roster".formatted(claimed.kid())))
                        .key());
    }

    private static void checkSpeaker(Jws.Content content, String member, PeerId speaker) throws DocumentException {
        if (!content.kid().equals(speaker.value()))
            throw new DocumentException("signed by '%s', but '%s' is '%s'".formatted(content.kid(), member, speaker));
    }
}
