package io.scalecube.cluster.membership;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.util.List;
import java.util.stream.Stream;

/** Syncs with every status, and a membership gossip. */
public final class MembershipSamples {
    private MembershipSamples() {}

    public static Stream<Message> messages(Member ana, Member bob) {
        var table = new SyncData(List.of(
                new MembershipRecord(ana, MemberStatus.ALIVE, 0),
                new MembershipRecord(bob, MemberStatus.SUSPECT, 3),
                new MembershipRecord(ana, MemberStatus.LEAVING, 1 << 30),
                new MembershipRecord(bob, MemberStatus.DEAD, 1)));
        return Stream.of(
                Message.withQualifier(MembershipProtocolImpl.SYNC).data(table).build(),
                Message.withQualifier(MembershipProtocolImpl.SYNC_ACK)
                        .data(new SyncData(List.of()))
                        .build(),
                SyncBody.introducing(ana));
    }

    public static Message gossip(Member member) {
        return Message.withQualifier(MembershipProtocolImpl.MEMBERSHIP_GOSSIP)
                .data(new MembershipRecord(member, MemberStatus.LEAVING, 5))
                .build();
    }
}
