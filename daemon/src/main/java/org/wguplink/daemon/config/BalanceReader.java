package org.wguplink.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.failover.Balance.Member;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.openwrt.uci.UciSection;

/** Turns {@code list balance} into the paths that new flows of the LAN are shared over. */
final class BalanceReader {
    private static final String OPTION = "balance";
    private static final String EXPECTED =
            "the device of an own WAN or an added peer, and a weight from 1 to %d".formatted(Member.MAX_WEIGHT);

    private final ConfigReader reader;
    private final Set<PeerId> peers;
    private final Set<PeerId> essential;

    /** @param essential the peers whose uplink refuses most flows */
    BalanceReader(ConfigReader reader, Set<PeerId> peers, Set<PeerId> essential) {
        this.reader = reader;
        this.peers = peers;
        this.essential = essential;
    }

    List<Member> read(UciSection main) throws ConfigException {
        var members = new ArrayList<Member>();
        for (Member member : reader.values(main, OPTION, EXPECTED, this::member)) {
            String name = member.path().toString();
            if (members.stream().anyMatch(other -> other.path().equals(member.path())))
                throw reader.error(main, OPTION, name, "each path once");
            if (member.path() instanceof PathId.Uplink(var peer) && essential.contains(peer))
                throw reader.error(main, OPTION, name, "no peer that is 'essential_only'");
            members.add(member);
        }
        if (members.size() > Balance.MOST)
            throw reader.error(
                    main, OPTION, members.getLast().path().toString(), "at most %d of them".formatted(Balance.MOST));
        return members;
    }

    /** What is not the name of an added peer is a device, whether it is there yet or not. */
    private Member member(String text) {
        String[] words = text.strip().split("\\s+", 3);
        if (words.length > 2) throw new IllegalArgumentException(text);
        int weight = words.length == 2 ? Integer.parseInt(words[1]) : 1;
        PathId path = peers.stream()
                .filter(peer -> peer.value().equals(words[0]))
                .<PathId>map(PathId.Uplink::new)
                .findFirst()
                .orElseGet(() -> new PathId.OwnWan(ConfigReader.device(words[0])));
        return new Member(path, weight);
    }
}
