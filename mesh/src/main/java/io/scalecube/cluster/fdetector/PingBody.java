package io.scalecube.cluster.fdetector;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.PingData.AckType;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;
import org.wguplink.mesh.gossip.frame.MemberFields;

/**
 * {@link PingData}: from, to, whether an original issuer follows (1 byte) and that issuer, acknowledgement (1 byte: 0
 * none, 1 reached, 2 gone).
 */
@NullMarked
public enum PingBody implements Body {
    PING;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        var ping = (PingData) data;
        MemberFields.write(ping.getFrom(), out);
        MemberFields.write(ping.getTo(), out);
        @Nullable Member issuer = ping.getOriginalIssuer();
        out.u8(issuer == null ? 0 : 1);
        if (issuer != null) MemberFields.write(issuer, out);
        @Nullable AckType ack = ping.getAckType();
        out.u8(ack == null ? 0 : ack == AckType.DEST_OK ? 1 : 2);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        Member from = MemberFields.read(in);
        Member to = MemberFields.read(in);
        var ping = switch (in.u8()) {
            case 0 -> new PingData(from, to);
            case 1 -> new PingData(from, to, MemberFields.read(in));
            default -> throw new FrameException("a ping of unknown shape");
        };
        return switch (in.u8()) {
            case 0 -> ping;
            case 1 -> ping.withAckType(AckType.DEST_OK);
            case 2 -> ping.withAckType(AckType.DEST_GONE);
            default -> throw new FrameException("an unknown acknowledgement");
        };
    }
}
