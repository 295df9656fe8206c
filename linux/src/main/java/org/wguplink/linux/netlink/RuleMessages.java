package org.wguplink.linux.netlink;

import static org.wguplink.linux.netlink.Rtnetlink.FRA_FWMARK;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_FWMASK;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_IIFNAME;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_IP_PROTO;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_OIFNAME;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_PRIORITY;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_PROTOCOL;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_SPORT_RANGE;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_SRC;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_SUPPRESS_PREFIXLEN;
import static org.wguplink.linux.netlink.Rtnetlink.FRA_TABLE;
import static org.wguplink.linux.netlink.Rtnetlink.RTMSG_LENGTH;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.route.ForeignRule;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.RouteTable;
import org.wguplink.core.route.Rule;

/** Our policy rules as messages of rtnetlink (struct fib_rule_hdr, linux/fib_rules.h), and back. */
final class RuleMessages {
    private RuleMessages() {}

    private static final int IPPROTO_UDP = 17;

    /** Offset of {@code src_len} in struct fib_rule_hdr. */
    private static final int SOURCE_LENGTH = 2;

    /** Attributes that make a rule one for some packets only; marks apart. */
    private static final List<Integer> NARROWING = List.of(
            Rtnetlink.FRA_DST,
            Rtnetlink.FRA_SRC,
            FRA_IIFNAME,
            FRA_OIFNAME,
            Rtnetlink.FRA_UID_RANGE,
            Rtnetlink.FRA_IP_PROTO,
            Rtnetlink.FRA_SPORT_RANGE,
            Rtnetlink.FRA_DPORT_RANGE);

    static void add(MessageWriter writer, Rule rule) {
        writer.begin(
                Rtnetlink.RTM_NEWRULE,
                MessageWriter.REQUEST | MessageWriter.ACK | MessageWriter.CREATE | MessageWriter.EXCLUSIVE);
        body(writer, rule, rule.table().isPresent() ? Rtnetlink.FR_ACT_TO_TBL : Rtnetlink.FR_ACT_PROHIBIT);
    }

    /** A rule that looks up a table is told from others by the table, so that no action need be given. */
    static void delete(MessageWriter writer, Rule rule) {
        writer.begin(Rtnetlink.RTM_DELRULE, MessageWriter.REQUEST | MessageWriter.ACK);
        body(writer, rule, rule.table().isPresent() ? 0 : Rtnetlink.FR_ACT_PROHIBIT);
    }

    static void dump(MessageWriter writer, Family family) {
        writer.begin(Rtnetlink.RTM_GETRULE, MessageWriter.REQUEST | MessageWriter.DUMP)
                .u8(Rtnetlink.number(family), 0, 0, 0, 0, 0, 0, 0)
                .u32(0)
                .end();
    }

    static boolean isOurs(Message message) {
        return message.attributes(RTMSG_LENGTH).u8(FRA_PROTOCOL).orElse(0) == Layout.PROTOCOL;
    }

    /** A rule of ours; empty for every other rule. */
    static Optional<Rule> decode(Message message, Family family) {
        if (message.type() != Rtnetlink.RTM_NEWRULE || message.u8(0) != Rtnetlink.number(family) || !isOurs(message))
            return Optional.empty();
        Attributes attributes = message.attributes(RTMSG_LENGTH);
        int priority = attributes.u32(FRA_PRIORITY).orElse(0);
        int action = message.u8(7);
        int table = attributes.u32(FRA_TABLE).orElse(message.u8(4));
        boolean looksUp = action == Rtnetlink.FR_ACT_TO_TBL && table > 0;
        if (!Layout.ownsPriority(priority) || (!looksUp && action != Rtnetlink.FR_ACT_PROHIBIT))
            return Optional.empty();
        int suppress = attributes.u32(FRA_SUPPRESS_PREFIXLEN).orElse(-1);
        return Optional.of(new Rule(
                family,
                priority,
                match(message, attributes),
                looksUp ? Optional.of(new RouteTable(table)) : Optional.empty(),
                suppress < 0 ? OptionalInt.empty() : OptionalInt.of(suppress)));
    }

    /** A rule of somebody else; empty for ours. */
    static Optional<ForeignRule> foreign(Message message, Family family) {
        if (message.type() != Rtnetlink.RTM_NEWRULE || message.u8(0) != Rtnetlink.number(family) || isOurs(message))
            return Optional.empty();
        Attributes attributes = message.attributes(RTMSG_LENGTH);
        int table = attributes.u32(FRA_TABLE).orElse(message.u8(4));
        int suppress = attributes.u32(FRA_SUPPRESS_PREFIXLEN).orElse(-1);
        return Optional.of(new ForeignRule(
                family,
                attributes.u32(FRA_PRIORITY).orElse(0),
                (message.u32(8) & Rtnetlink.FIB_RULE_INVERT) != 0,
                mark(attributes),
                NARROWING.stream().anyMatch(type -> attributes.find(type).isPresent()),
                message.u8(7) == Rtnetlink.FR_ACT_TO_TBL && table > 0
                        ? Optional.of(new RouteTable(table))
                        : Optional.empty(),
                suppress < 0 ? OptionalInt.empty() : OptionalInt.of(suppress)));
    }

    private static void body(MessageWriter writer, Rule rule, int action) {
        int table = rule.table().map(RouteTable::id).orElse(0);
        // the header's byte holds the small tables, as ip-rule(8) writes them
        Rule.Match match = rule.match();
        int sourceLength = match.source().map(InetNetwork::prefixLength).orElse(0);
        writer.u8(Rtnetlink.number(rule.family()), 0, sourceLength, 0, table < 256 ? table : 0, 0, 0, action)
                .u32(0)
                .attributeU32(FRA_PRIORITY, rule.priority());
        match.source().ifPresent(source -> writer.attribute(FRA_SRC, source.address()));
        match.inDevice().ifPresent(device -> writer.attribute(FRA_IIFNAME, device));
        match.outDevice().ifPresent(device -> writer.attribute(FRA_OIFNAME, device));
        match.udpSourcePort()
                .ifPresent(port ->
                        writer.attributeU8(FRA_IP_PROTO, IPPROTO_UDP).attributePortRange(FRA_SPORT_RANGE, port, port));
        match.mark()
                .ifPresent(mark -> writer.attributeU32(FRA_FWMARK, mark.value()).attributeU32(FRA_FWMASK, mark.mask()));
        if (table > 255) writer.attributeU32(FRA_TABLE, table);
        rule.suppressPrefixLength().ifPresent(length -> writer.attributeU32(FRA_SUPPRESS_PREFIXLEN, length));
        writer.attributeU8(FRA_PROTOCOL, Layout.PROTOCOL).end();
    }

    private static Rule.Match match(Message message, Attributes attributes) {
        // struct fib_rule_port_range: the first port, the last
        Optional<ByteBuffer> ports = attributes.find(FRA_SPORT_RANGE).filter(r -> r.limit() >= 4);
        return new Rule.Match(
                mark(attributes),
                attributes.address(FRA_SRC).map(address -> InetNetwork.containing(address, message.u8(SOURCE_LENGTH))),
                ports.isPresent()
                        ? OptionalInt.of(Short.toUnsignedInt(ports.get().getShort(0)))
                        : OptionalInt.empty(),
                attributes.string(FRA_IIFNAME),
                attributes.string(FRA_OIFNAME));
    }

    private static Optional<FwMark> mark(Attributes attributes) {
        int mask = attributes.u32(FRA_FWMASK).orElse(0);
        int value = attributes.u32(FRA_FWMARK).orElse(0);
        return mask == 0 ? Optional.empty() : Optional.of(new FwMark(value & mask, mask));
    }
}
