package io.scalecube.cluster.metadata;

import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;
import org.wguplink.mesh.gossip.frame.MemberFields;

/**
 * {@link GetMetadataRequest}: the member asked. ScaleCube takes the answer as the proof that a member is alive.
 */
@NullMarked
public enum MetadataRequestBody implements Body {
    REQUEST;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        MemberFields.write(((GetMetadataRequest) data).getMember(), out);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        return new GetMetadataRequest(MemberFields.read(in));
    }
}
