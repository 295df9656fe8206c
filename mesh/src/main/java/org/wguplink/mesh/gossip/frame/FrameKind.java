package org.wguplink.mesh.gossip.frame;

import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.fdetector.PingBody;
import io.scalecube.cluster.gossip.GossipBody;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.membership.RecordBody;
import io.scalecube.cluster.membership.SyncBody;
import io.scalecube.cluster.metadata.MetadataRequestBody;
import io.scalecube.cluster.metadata.MetadataResponseBody;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.document.DocumentType;

/** Every kind of message that may cross the mesh: ScaleCube's own and ours. */
public enum FrameKind {
    PING(1, FailureDetectorImpl.PING),
    PING_REQUEST(2, FailureDetectorImpl.PING_REQ),
    PING_ACK(3, FailureDetectorImpl.PING_ACK),
    SYNC(4, MembershipProtocolImpl.SYNC),
    SYNC_ACK(5, MembershipProtocolImpl.SYNC_ACK),
    METADATA_REQUEST(6, MetadataStoreImpl.GET_METADATA_REQ),
    METADATA_RESPONSE(7, MetadataStoreImpl.GET_METADATA_RESP),
    GOSSIP(8, GossipProtocolImpl.GOSSIP_REQ),
    /** Inside a gossip only. */
    MEMBERSHIP(16, MembershipProtocolImpl.MEMBERSHIP_GOSSIP),
    /** Inside a gossip only. */
    OFFER(17, "wgu/offer"),
    LEASE_REQUEST(32, "wgu/lease-request"),
    LEASE_ANSWER(33, "wgu/lease-answer"),
    LEASE_RELEASE(34, "wgu/lease-release");

    private final int code;
    private final String qualifier;

    FrameKind(int code, String qualifier) {
        this.code = code;
        this.qualifier = qualifier;
    }

    public String qualifier() {
        return qualifier;
    }

    /** Whether it travels inside a gossip, and nowhere else. */
    boolean gossiped() {
        return this == MEMBERSHIP || this == OFFER;
    }

    int code() {
        return code;
    }

    Body body() {
        return switch (this) {
            case PING, PING_REQUEST, PING_ACK -> PingBody.PING;
            case SYNC, SYNC_ACK -> SyncBody.SYNC;
            case METADATA_REQUEST -> MetadataRequestBody.REQUEST;
            case METADATA_RESPONSE -> MetadataResponseBody.RESPONSE;
            case GOSSIP -> GossipBody.GOSSIP;
            case MEMBERSHIP -> RecordBody.RECORD;
            case OFFER, LEASE_REQUEST, LEASE_ANSWER, LEASE_RELEASE -> DocumentBody.TEXT;
        };
    }

    /** The document that a message of this kind carries, if it carries one outside of gossip. */
    public Optional<DocumentType> document() {
        return switch (this) {
            case LEASE_REQUEST -> Optional.of(DocumentType.LEASE_REQUEST);
            case LEASE_ANSWER -> Optional.of(DocumentType.LEASE_ANSWER);
            case LEASE_RELEASE -> Optional.of(DocumentType.LEASE_RELEASE);
            default -> Optional.empty();
        };
    }

    /** The kind of message that carries a document to one node. */
    public static FrameKind of(DocumentType type) {
        for (FrameKind kind : values()) if (kind.document().equals(Optional.of(type))) return kind;
        throw new IllegalArgumentException(type + " is not sent to one node");
    }

    public static Optional<FrameKind> of(@Nullable String qualifier) {
        for (FrameKind kind : values()) if (kind.qualifier.equals(qualifier)) return Optional.of(kind);
        return Optional.empty();
    }

    static FrameKind of(int code) throws FrameException {
        for (FrameKind kind : values()) if (kind.code == code) return kind;
        throw new FrameException("unknown kind " + code);
    }
}
