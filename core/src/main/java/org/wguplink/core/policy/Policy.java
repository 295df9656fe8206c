package org.wguplink.core.policy;

import org.wguplink.core.peer.PeerId;

/** What the user says of some traffic. */
public record Policy(String name, Selector selector, Mode mode) {
    /** The way that new flows take. */
    public sealed interface Mode {
        /** As everything else does. */
        record Failover() implements Mode {}

        /** By the uplink of one peer; refused while that does not work. */
        record Always(PeerId peer) implements Mode {}

        /** By an own WAN that lives; refused while none does. */
        record Never() implements Mode {}

        /** As everything else does, by paths that are known to work alone; refused while none is. */
        record Strict() implements Mode {}

        /** As the user writes it. */
        default String word() {
            return switch (this) {
                case Failover() -> "failover";
                case Always(var peer) -> "always";
                case Never() -> "never";
                case Strict() -> "strict";
            };
        }
    }
}
