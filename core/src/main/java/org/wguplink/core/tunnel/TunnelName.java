package org.wguplink.core.tunnel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.wguplink.core.peer.PeerId;

/**
 * Names of our interfaces. A Linux interface name has at most 15 characters ({@code IFNAMSIZ}, linux/if.h), and a peer id
 * may be longer: then the name ends in an underscore, with which no peer id begins, and nine hex digits of its SHA-256.
 */
public final class TunnelName {
    /** What every interface of ours begins with. */
    public static final String PREFIX = "wgup-";

    /** The interface on which consumers are served. */
    public static final String SERVED = PREFIX + "serve";

    /** The interface of our own test of what consumers get, which is there for the moment of it. */
    public static final String TEST = PREFIX + "test";

    private static final int LONGEST = 15;

    private TunnelName() {}

    /** The interface of the uplink through {@code peer}. */
    public static String of(PeerId peer) {
        String name = PREFIX + peer.value();
        if (name.length() <= LONGEST && !name.equals(SERVED) && !name.equals(TEST)) return name;
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(peer.value().getBytes(StandardCharsets.UTF_8));
            return PREFIX + "_" + HexFormat.of().formatHex(digest).substring(0, 9);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    public static boolean isOurs(String device) {
        return device.startsWith(PREFIX);
    }
}
