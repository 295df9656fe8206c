package io.scalecube.cluster.gossip;

import io.scalecube.cluster.transport.api.Message;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Each content in a request of its own, and all in one. */
public final class GossipSamples {
    private GossipSamples() {}

    public static Stream<Message> messages(List<Message> contents) {
        List<Gossip> gossips = IntStream.range(0, contents.size())
                .mapToObj(i -> new Gossip("id-%d".formatted(i), contents.get(i), i * 1_000_000_000_000L))
                .toList();
        return Stream.concat(
                        gossips.stream().map(gossip -> new GossipRequest(gossip, "id-9")),
                        Stream.of(new GossipRequest(gossips, "id-9")))
                .map(request -> Message.withQualifier(GossipProtocolImpl.GOSSIP_REQ)
                        .data(request)
                        .build());
    }
}
