package io.scalecube.cluster.gossip;

import io.scalecube.cluster.transport.api.Message;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Each content in a request of its own. */
public final class GossipSamples {
    private GossipSamples() {}

    public static Stream<Message> messages(List<Message> contents) {
        return IntStream.range(0, contents.size())
                .mapToObj(
                        i -> request(List.of(new Gossip("id-" + i, contents.get(i), i * 1_000_000_000_000L)), "id-9"));
    }

    /** With ids of that length, and the largest sequence. */
    public static Message longest(Message content, String id) {
        return request(List.of(new Gossip(id, content, Long.MAX_VALUE)), id);
    }

    public static Message several(Message content) {
        var gossip = new Gossip("id-1", content, 1);
        return request(List.of(gossip, gossip), "id-9");
    }

    private static Message request(List<Gossip> gossips, String from) {
        return Message.withQualifier(GossipProtocolImpl.GOSSIP_REQ)
                .data(new GossipRequest(gossips, from))
                .build();
    }
}
