package io.scalecube.cluster.metadata;

import java.nio.ByteBuffer;
import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;
import org.wguplink.mesh.gossip.frame.MemberFields;

/**
 * {@link GetMetadataResponse}: the member that answers; its metadata is always empty and does not travel.
 */
@NullMarked
public enum MetadataResponseBody implements Body {
    RESPONSE;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        MemberFields.write(((GetMetadataResponse) data).getMember(), out);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        return new GetMetadataResponse(MemberFields.read(in), ByteBuffer.allocate(0));
    }
}
