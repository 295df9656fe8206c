package io.scalecube.cluster.fdetector;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.PingData.AckType;
import io.scalecube.cluster.transport.api.Message;
import java.util.stream.Stream;

/** One of each shape that the failure detector sends. */
public final class PingSamples {
    private PingSamples() {}

    public static Stream<Message> messages(Member from, Member to) {
        var plain = new PingData(from, to);
        var transit = new PingData(from, to, from);
        return Stream.of(
                message(FailureDetectorImpl.PING, plain),
                message(FailureDetectorImpl.PING, transit),
                message(FailureDetectorImpl.PING_REQ, plain),
                message(FailureDetectorImpl.PING_ACK, plain.withAckType(AckType.DEST_OK)),
                message(FailureDetectorImpl.PING_ACK, transit.withAckType(AckType.DEST_GONE)));
    }

    private static Message message(String qualifier, PingData data) {
        return Message.withQualifier(qualifier).data(data).build();
    }
}
