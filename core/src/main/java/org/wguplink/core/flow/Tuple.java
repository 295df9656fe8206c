package org.wguplink.core.flow;

import java.net.InetAddress;
import org.wguplink.core.net.Family;

/**
 * Where a segment comes from and goes to. Ports are 0 to 65535, both addresses of one family.
 */
public record Tuple(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
    public Tuple {
        if ((sourcePort | destinationPort) >>> 16 != 0)
            throw new IllegalArgumentException(
                    "ports %d and %d; expected 0 to 65535".formatted(sourcePort, destinationPort));
        if (Family.of(source) != Family.of(destination))
            throw new IllegalArgumentException(
                    "%s and %s are not of one family".formatted(source.getHostAddress(), destination.getHostAddress()));
    }

    /** The way back. */
    public Tuple reversed() {
        return new Tuple(destination, destinationPort, source, sourcePort);
    }

    public Family family() {
        return Family.of(source);
    }
}
