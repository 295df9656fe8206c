package org.wguplink.core.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What may go through an uplink that is dear.
 *
 * @param allowed of what this side begins, and questions for names (port 53) besides; none: everything
 * @param rateKbit the most in each direction, in 1000 bits a second; empty: as much as there is
 */
public record Essential(Set<Port> allowed, Optional<Integer> rateKbit) {
    public Essential {
        allowed = Set.copyOf(allowed);
    }

    /** The two protocols that have ports here. */
    public enum Protocol {
        TCP,
        UDP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param number 1 to 65535 */
    public record Port(Protocol protocol, int number) {
        public Port {
            if (number < 1 || number > 65_535)
                throw new IllegalArgumentException("port %d; expected 1 to 65535".formatted(number));
        }

        /** Reads {@code tcp/443}. */
        public static Port parse(String text) {
            for (Protocol protocol : Protocol.values())
                if (text.startsWith(protocol + "/"))
                    return new Port(
                            protocol,
                            Integer.parseInt(text.substring(protocol.toString().length() + 1)));
            throw new IllegalArgumentException("'%s': expected tcp/PORT or udp/PORT".formatted(text));
        }

        @Override
        public String toString() {
            return protocol + "/" + number;
        }
    }
}
