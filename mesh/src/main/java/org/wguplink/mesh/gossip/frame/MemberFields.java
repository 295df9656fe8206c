package org.wguplink.mesh.gossip.frame;

import io.scalecube.cluster.Member;
import java.net.InetAddress;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.peer.PeerId;

/** A member of the cluster: its id of this run, its peer id as alias, its address. */
public final class MemberFields {
    /** ScaleCube's name for one mesh among several; ours is always the same, so it does not travel. */
    public static final String NAMESPACE = "wgu";

    private static final int MAX_ID = 36;
    private static final int MAX_ALIAS = 63;
    /** The longest is IPv6 without abbreviation, colon, port. */
    public static final int MAX_ADDRESS = 45;

    private MemberFields() {}

    public static void write(Member member, FrameWriter out) throws FrameException {
        out.text(member.id(), MAX_ID);
        out.text(member.alias(), MAX_ALIAS);
        out.text(member.address(), MAX_ADDRESS);
    }

    public static Member read(FrameReader in) throws FrameException {
        String id = in.text(MAX_ID);
        if (!id.matches("[A-Za-z0-9_-]+")) throw new FrameException("a member's id out of other characters");
        String alias = in.text(MAX_ALIAS);
        try {
            return new Member(id, new PeerId(alias).value(), address(in.text(MAX_ADDRESS)), NAMESPACE);
        } catch (IllegalArgumentException e) {
            throw new FrameException("a member's alias that is not a peer id");
        }
    }

    /** Checks {@code HOST:PORT}: the host is literal (IPv6 without brackets) and no wildcard, so nothing is looked up. */
    public static String address(String text) throws FrameException {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65535)
            throw new FrameException("an address without port");
        try {
            InetAddress host = Addresses.parse(text.substring(0, colon));
            if (host.isAnyLocalAddress() || host.isMulticastAddress())
                throw new FrameException("an address that is no host's");
            return text;
        } catch (IllegalArgumentException e) {
            throw new FrameException("an address that is not literal");
        }
    }
}
