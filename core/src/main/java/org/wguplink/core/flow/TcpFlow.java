package org.wguplink.core.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * A TCP connection as the kernel tracks it.
 *
 * @param original as the end that began it sends
 * @param reply as the other end answers; not {@code original} reversed where addresses or ports are translated
 * @param open whether an end may believe that it is open: one that is still opening finds the new path by itself
 */
public record TcpFlow(Tuple original, Tuple reply, boolean open) {
    /**
     * The segments that make the ends on our side answer. Translation tells which end that is: a masqueraded connection
     * began here, a forwarded port answers here. Without any it may be either; the packet filter lets no such segment
     * leave by a path.
     */
    public static List<Tuple> tickles(List<TcpFlow> flows) {
        var tickles = new ArrayList<Tuple>(flows.size());
        for (TcpFlow flow : flows) if (flow.open) tickles.addAll(flow.tickles());
        return tickles;
    }

    private List<Tuple> tickles() {
        Tuple toBeginner = original.reversed();
        Tuple toOther = reply.reversed();
        if (toOther.equals(original)) return List.of(toBeginner, toOther);
        boolean sourceTranslated =
                !reply.destination().equals(original.source()) || reply.destinationPort() != original.sourcePort();
        return List.of(sourceTranslated ? toBeginner : toOther);
    }
}
