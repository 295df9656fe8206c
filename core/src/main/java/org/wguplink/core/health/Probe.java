package org.wguplink.core.health;

import java.net.InetAddress;

/** One way to ask one target whether a path leads there. */
public record Probe(Method method, InetAddress target) {
    /** What is sent, the cheapest first. */
    public enum Method {
        /** An echo request. */
        ICMP,
        /** A question for a name that does not exist: whoever answers with an address has intercepted it. */
        DNS,
        /** The beginning of a connection, which must be taken: others may refuse it on the way. */
        TCP
    }
}
