package io.scalecube.cluster.gossip;

import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;

/**
 * {@link GossipRequest}: the relaying member's id, then the gossip: its origin's member id, its sequence (8 bytes, 0 or
 * more), the message. It is one gossip always: the data class allows several, but ScaleCube sends each in a request of
 * its own, and so the longest document is sure to fit the frame.
 */
@NullMarked
public enum GossipBody implements Body {
    GOSSIP;

    private static final int MAX_ID = 36;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        var request = (GossipRequest) data;
        if (request.gossips().size() != 1)
            throw new FrameException("%d gossips in a request; expected 1"
                    .formatted(request.gossips().size()));
        Gossip gossip = request.gossips().getFirst();
        out.text(request.from(), MAX_ID);
        out.text(gossip.gossiperId(), MAX_ID);
        out.i64(gossip.sequenceId());
        FrameCodec.writeGossiped(gossip.message(), out);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        String from = in.text(MAX_ID);
        String origin = in.text(MAX_ID);
        long sequence = in.i64();
        if (sequence < 0) throw new FrameException("a gossip with a negative sequence");
        return new GossipRequest(new Gossip(origin, FrameCodec.readGossiped(in), sequence), from);
    }
}
