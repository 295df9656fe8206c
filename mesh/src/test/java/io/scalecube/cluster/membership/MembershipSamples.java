package io.scalecube.cluster.membership;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** A sync of these members, of which the last is suspected. */
    public static Message table(List<Member> members) {
        List<MembershipRecord> records = members.stream()
                .map(member -> new MembershipRecord(
                        member, member.equals(members.getLast()) ? MemberStatus.SUSPECT : MemberStatus.ALIVE, 7))
                .toList();
        return Message.withQualifier(MembershipProtocolImpl.SYNC)
                .data(new SyncData(records))
                .build();
    }

    /** The aliases in a sync, with {@code suspect} in front of who is. */
    public static Set<String> aliases(Message sync) {
        SyncData table = sync.data();
        return table.getMembership().stream()
                .map(entry -> entry.isSuspect()
                        ? "suspect " + entry.member().alias()
                        : entry.member().alias())
                .collect(Collectors.toSet());
    }

    public static Message gossip(Member member) {
        return Message.withQualifier(MembershipProtocolImpl.MEMBERSHIP_GOSSIP)
                .data(new MembershipRecord(member, MemberStatus.LEAVING, 5))
                .build();
    }
}
