package io.scalecube.cluster.gossip;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;

/**
 * {@link GossipRequest}: the relaying member's id, the count of gossips (2 bytes, at most 16), each with its origin's
 * member id, its sequence (8 bytes, 0 or more) and the message.
 *
 * <p>Lives in ScaleCube's package because the data class is visible only there; the class path allows that, and the
 * compiler checks every field, which reflection would not.
 */
@NullMarked
public enum GossipBody implements Body {
    GOSSIP;

    private static final int MAX_GOSSIPS = 16;
    private static final int MAX_ID = 36;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        var request = (GossipRequest) data;
        out.text(request.from(), MAX_ID);
        out.u16(request.gossips().size());
        for (Gossip gossip : request.gossips()) {
            out.text(gossip.gossiperId(), MAX_ID);
            out.i64(gossip.sequenceId());
            FrameCodec.writeGossiped(gossip.message(), out);
        }
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        String from = in.text(MAX_ID);
        int count = in.u16(MAX_GOSSIPS);
        List<Gossip> gossips = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String origin = in.text(MAX_ID);
            long sequence = in.i64();
            if (sequence < 0) throw new FrameException("a gossip with a negative sequence");
            gossips.add(new Gossip(origin, FrameCodec.readGossiped(in), sequence));
        }
        return new GossipRequest(gossips, from);
    }
}
