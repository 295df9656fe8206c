package org.wguplink.linux.probe;

import java.util.Optional;

/** Why a router or host did not pass a packet on. */
public enum IcmpError {
    /** It has passed as many routers as it may. */
    TOO_FAR,
    /** A filter refuses it. */
    PROHIBITED,
    /** There is no way to the target, as the sender sees it. */
    UNREACHABLE;

    /** RFC 792; RFC 1812 section 5.2.7.1 for the codes of filters. */
    static Optional<IcmpError> ofIpv4(int type, int code) {
        return switch (type) {
            case 11 -> Optional.of(TOO_FAR);
            case 3 -> Optional.of(code == 9 || code == 10 || code == 13 ? PROHIBITED : UNREACHABLE);
            default -> Optional.empty();
        };
    }

    /** RFC 4443 sections 3.1 and 3.3. */
    static Optional<IcmpError> ofIpv6(int type, int code) {
        return switch (type) {
            case 3 -> Optional.of(TOO_FAR);
            case 1 -> Optional.of(code == 1 || code == 5 || code == 6 ? PROHIBITED : UNREACHABLE);
            default -> Optional.empty();
        };
    }
}
