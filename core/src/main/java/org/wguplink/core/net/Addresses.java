package org.wguplink.core.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Literal addresses, without look-ups. */
public final class Addresses {
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]+");
    private static final Pattern V4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
    private static final Pattern OCTAL = Pattern.compile("(.*\\.)?0\\d.*");

    private Addresses() {}

    /**
     * Reads a literal IPv4 (dotted quad) or IPv6 address.
     *
     * @throws IllegalArgumentException for anything else: a host name, an octal or short IPv4 form, a scoped address
     */
    public static InetAddress parse(String text) {
        boolean plausible = text.indexOf(':') >= 0
                ? text.length() <= 45 && V6.matcher(text).matches()
                : V4.matcher(text).matches() && !OCTAL.matcher(text).matches();
        if (!plausible) throw new IllegalArgumentException("'%s' is not an IP address".formatted(text));
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is not an IP address".formatted(text), e);
        }
    }

    /** 4 or 16 bytes in network order. */
    public static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    /** Whether it is private: of RFC 1918, or for IPv6 of RFC 4193. */
    public static boolean isPrivate(InetAddress address) {
        return address instanceof Inet6Address
                ? InetNetwork.UNIQUE_LOCAL.contains(address)
                : address.isSiteLocalAddress();
    }

    /** Whether it is one host's address on the internet: neither private nor of a range that is for something else. */
    public static boolean isPublic(InetAddress address) {
        return address instanceof Inet6Address
                ? InetNetwork.GLOBAL_UNICAST.contains(address)
                : isHost(address) && !isPrivate(address);
    }

    /** Whether it is one host's address, and means the same on another machine of the same network. */
    public static boolean isHost(InetAddress address) {
        return !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress();
    }

    /** The text of an address as it stands in a URL or an {@code endpoint}: IPv6 in brackets. */
    public static String bracketed(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
