package io.scalecube.cluster.metadata;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** The question for metadata and the answer without any. */
public final class MetadataSamples {
    private MetadataSamples() {}

    public static Stream<Message> messages(Member member) {
        return Stream.of(
                Message.withQualifier(MetadataStoreImpl.GET_METADATA_REQ)
                        .data(new GetMetadataRequest(member))
                        .build(),
                Message.withQualifier(MetadataStoreImpl.GET_METADATA_RESP)
                        .data(new GetMetadataResponse(member, ByteBuffer.allocate(0)))
                        .build());
    }
}
