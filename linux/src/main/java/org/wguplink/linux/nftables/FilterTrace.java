package org.wguplink.linux.nftables;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.Attributes;
import org.wguplink.linux.netlink.Message;
import org.wguplink.linux.netlink.NetlinkSocket;

/**
 * Follows the packets of some addresses on one device through every chain of nftables, whoever made it, by a table of its
 * own that is there as long as this is open ({@code meta nftrace}, linux/netfilter/nf_tables.h). Legacy iptables is not
 * seen. Not thread-safe.
 */
public final class FilterTrace implements AutoCloseable {
    /** Of the chain that a packet meets last, as it leaves. */
    private static final String LAST = "leaving";

    static final String TABLE = "inet wguplink_trace";

    /** Works whether the table exists or not. */
    static final String REMOVAL = "table %1$s\ndelete table %1$s\n".formatted(TABLE);

    private static final int NFNLGRP_NFTRACE = 9;
    private static final int TRACE = 10 << 8 | 17;
    private static final int NFGENMSG = 4;
    private static final int NFTA_TRACE_TABLE = 1;
    private static final int NFTA_TRACE_CHAIN = 2;
    private static final int NFTA_TRACE_RULE_HANDLE = 3;
    private static final int NFTA_TRACE_TYPE = 4;
    private static final int NFTA_TRACE_VERDICT = 5;
    private static final int NFTA_TRACE_NFPROTO = 15;
    private static final int NFTA_TRACE_POLICY = 16;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NFT_TRACETYPE_POLICY = 1;
    private static final int NFT_TRACETYPE_RULE = 3;
    private static final int NFPROTO_IPV6 = 10;
    private static final int NF_DROP = 0;

    private final Nftables nftables;
    private final NetlinkSocket events;

    /**
     * A packet has come to the end of a rule or chain.
     *
     * @param dropped a reject is a drop, too
     */
    public record Step(Family family, Chain chain, boolean dropped, OptionalInt ruleHandle) {
        /** Whether the packet has passed every forward chain and is about to leave the node. */
        public boolean leaving() {
            return chain.table().equals(TABLE) && chain.name().equals(LAST);
        }
    }

    /** @param table with its family, such as {@code inet fw4} */
    public record Chain(String table, String name) {}

    /** Follows packets that come in by {@code device} from the addresses, and those that are forwarded to them. */
    public FilterTrace(Nftables nftables, String device, Collection<InetAddress> addresses)
            throws FirewallException, OsException {
        this.nftables = nftables;
        events = new NetlinkSocket("trace", NetlinkSocket.NETFILTER, 1 << (NFNLGRP_NFTRACE - 1));
        try {
            nftables.change(REMOVAL + table(RulesetText.device(device), addresses));
        } catch (FirewallException e) {
            events.close();
            throw e;
        }
    }

    /** Removes what one has left behind that was not closed. */
    public static void removeLeftOver(Nftables nftables) throws FirewallException {
        nftables.change(REMOVAL);
    }

    /** The steps since the last call; never blocks. */
    public List<Step> read() throws OsException {
        var steps = new ArrayList<Step>();
        while (true) {
            try {
                List<Message> messages = events.receive();
                if (messages.isEmpty()) return steps;
                for (Message message : messages)
                    if (message.type() == TRACE) step(message).ifPresent(steps::add);
            } catch (OsException e) {
                // more than the buffer holds: others trace, too
                if (e.errno() != Errno.ENOBUFS) throw e;
            }
        }
    }

    @Override
    public void close() throws FirewallException {
        events.close();
        nftables.change(REMOVAL);
    }

    /** First of all in prerouting and forward, and last in postrouting, whatever others have there. */
    private static String table(String device, Collection<InetAddress> addresses) {
        var text = new RulesetText().open("table " + TABLE);
        text.base("coming", "filter", "prerouting", "-500");
        for (InetAddress address : addresses)
            text.line("iifname %s %s saddr %s meta nftrace set 1".formatted(device, word(address), text(address)));
        text.close().base("forwarding", "filter", "forward", "-500");
        for (InetAddress address : addresses)
            text.line("oifname %s %s daddr %s meta nftrace set 1".formatted(device, word(address), text(address)));
        text.close().base(LAST, "filter", "postrouting", "500").close();
        return text.close().toString();
    }

    private static String word(InetAddress address) {
        return RulesetText.family(Family.of(address));
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }

    /** Empty for what a trace says besides. Numbers are in network order. */
    private static Optional<Step> step(Message message) {
        Attributes attributes = message.attributes(NFGENMSG);
        int type = number(attributes, NFTA_TRACE_TYPE).orElse(0);
        Optional<String> table = attributes.string(NFTA_TRACE_TABLE);
        Optional<String> chain = attributes.string(NFTA_TRACE_CHAIN);
        if (table.isEmpty() || chain.isEmpty()) return Optional.empty();
        OptionalInt verdict = type == NFT_TRACETYPE_POLICY
                ? number(attributes, NFTA_TRACE_POLICY)
                : attributes
                        .nested(NFTA_TRACE_VERDICT)
                        .map(v -> number(v, NFTA_VERDICT_CODE))
                        .orElse(OptionalInt.empty());
        return Optional.of(new Step(
                number(attributes, NFTA_TRACE_NFPROTO).orElse(0) == NFPROTO_IPV6 ? Family.IPV6 : Family.IPV4,
                new Chain(family(message.u8(0)) + " " + table.get(), chain.get()),
                verdict.equals(OptionalInt.of(NF_DROP)),
                type == NFT_TRACETYPE_RULE
                        ? OptionalInt.of((int) Long.reverseBytes(attributes.u64(NFTA_TRACE_RULE_HANDLE)))
                        : OptionalInt.empty()));
    }

    private static OptionalInt number(Attributes attributes, int type) {
        OptionalInt value = attributes.u32(type);
        return value.isEmpty() ? value : OptionalInt.of(Integer.reverseBytes(value.getAsInt()));
    }

    /** Of a table, as nft writes it (linux/netfilter.h). */
    private static String family(int number) {
        return switch (number) {
            case 1 -> "inet";
            case 2 -> "ip";
            case 5 -> "netdev";
            case 7 -> "bridge";
            case 10 -> "ip6";
            default -> "family " + number;
        };
    }
}
