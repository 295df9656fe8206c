package org.wguplink.linux.conntrack;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Family;
import org.wguplink.linux.netlink.Attributes;
import org.wguplink.linux.netlink.Message;

/** Reads an entry of the connection table (enum ctattr_type and those after it in linux/netfilter/nfnetlink_conntrack.h). */
final class FlowReader {
    private FlowReader() {}

    private static final int NFGENMSG = 4;
    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_PROTOINFO = 4;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_IP_V4_DST = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int CTA_PROTOINFO_TCP = 1;
    private static final int CTA_PROTOINFO_TCP_STATE = 1;
    private static final int IPPROTO_TCP = 6;

    /** enum tcp_conntrack (linux/netfilter/nf_conntrack_tcp.h): from the answer to a SYN to the last acknowledgement. */
    private static final int TCP_CONNTRACK_SYN_RECV = 2;

    private static final int TCP_CONNTRACK_LAST_ACK = 6;

    /** Empty for what is no TCP connection. */
    static Optional<TcpFlow> read(Message entry) {
        Attributes attributes = entry.attributes(NFGENMSG);
        Optional<Tuple> original = attributes.nested(CTA_TUPLE_ORIG).flatMap(FlowReader::tcpTuple);
        if (original.isEmpty()) return Optional.empty();
        OptionalInt state = attributes
                .nested(CTA_PROTOINFO)
                .flatMap(i -> i.nested(CTA_PROTOINFO_TCP))
                .map(tcp -> tcp.u8(CTA_PROTOINFO_TCP_STATE))
                .orElse(OptionalInt.empty());
        boolean open = state.isPresent()
                && state.getAsInt() >= TCP_CONNTRACK_SYN_RECV
                && state.getAsInt() <= TCP_CONNTRACK_LAST_ACK;
        return attributes
                .nested(CTA_TUPLE_REPLY)
                .flatMap(FlowReader::tcpTuple)
                .map(reply -> new TcpFlow(original.get(), reply, open));
    }

    private static Optional<Tuple> tcpTuple(Attributes tuple) {
        Optional<Attributes> protocol =
                tuple.nested(CTA_TUPLE_PROTO).filter(p -> p.u8(CTA_PROTO_NUM).equals(OptionalInt.of(IPPROTO_TCP)));
        Optional<Attributes> ip = tuple.nested(CTA_TUPLE_IP);
        if (protocol.isEmpty() || ip.isEmpty()) return Optional.empty();
        Optional<InetAddress> source = address(ip.get(), CTA_IP_V4_SRC, CTA_IP_V6_SRC);
        Optional<InetAddress> destination = address(ip.get(), CTA_IP_V4_DST, CTA_IP_V6_DST);
        OptionalInt sourcePort = protocol.get().bigEndianU16(CTA_PROTO_SRC_PORT);
        OptionalInt destinationPort = protocol.get().bigEndianU16(CTA_PROTO_DST_PORT);
        boolean whole = sourcePort.isPresent() && destinationPort.isPresent();
        return source.flatMap(s -> destination
                .filter(d -> whole && Family.of(d) == Family.of(s))
                .map(d -> new Tuple(s, sourcePort.getAsInt(), d, destinationPort.getAsInt())));
    }

    private static Optional<InetAddress> address(Attributes ip, int v4, int v6) {
        return ip.address(v4).or(() -> ip.address(v6));
    }
}
