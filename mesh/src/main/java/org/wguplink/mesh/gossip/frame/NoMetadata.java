package org.wguplink.mesh.gossip.frame;

import io.scalecube.cluster.metadata.MetadataCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Members carry no metadata: offers cross by gossip, since metadata does not cross a broken link. Named in {@code
 * META-INF/services} for the same reason as {@link FrameCodec}.
 */
public final class NoMetadata implements MetadataCodec {
    @Override
    public @Nullable Object deserialize(ByteBuffer buffer) {
        return null;
    }

    @Override
    public ByteBuffer serialize(@Nullable Object metadata) {
        return ByteBuffer.allocate(0);
    }
}
