package org.wguplink.mesh.gossip.socket;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.function.Supplier;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.MemberFields;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.NodeKey;
import org.wguplink.mesh.roster.Roster;

/** The greeting on a new connection: each end proves that it is a node of the other's roster. */
final class Gate {
    private static final byte[] HELLO = "wg-uplink mesh hello 2\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WELCOME = "wg-uplink mesh welcome 2\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CHALLENGE_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final int MAX_PEER_ID = 63;

    private final Identity self;
    private final Supplier<Roster> roster;
    private final SecureRandom random = new SecureRandom();

    Gate(Identity self, Supplier<Roster> roster) {
        this.self = self;
        this.roster = roster;
    }

    /** A node at the other end, with the key that it proved to hold. */
    record Node(PeerId id, NodeKey key) {}

    /**
     * Who came in.
     *
     * @param address {@code HOST:PORT} where it listens itself, as it says
     */
    record Visitor(Node node, String address) {}

    /**
     * Who let us in.
     *
     * @param seen the address that it saw us come from: ours, or that of a NAT between
     */
    record Host(Node node, InetAddress seen) {}

    /**
     * @param dialled the acceptor's address, as the connector dialled it: {@code HOST:PORT}
     * @param own where the connector listens
     * @throws RefusedException when the acceptor is not in the roster or cannot prove it
     */
    Host introduce(DataInputStream in, DataOutputStream out, String dialled, String own) throws IOException {
        byte[] theirs = in.readNBytes(CHALLENGE_BYTES);
        byte[] ours = challenge();
        writeText(out, self.peerId().value());
        writeText(out, own);
        out.write(ours);
        out.write(self.sign(transcript(HELLO, theirs, ours, text(dialled), text(own))));
        out.flush();
        Node node = node(readText(in, MAX_PEER_ID));
        byte[] seen = in.readNBytes(in.readUnsignedByte() == 4 ? 4 : 16);
        check(node, transcript(WELCOME, ours, theirs, text(self.peerId().value()), seen), signature(in), "welcome");
        try {
            return new Host(node, Addresses.of(seen));
        } catch (IllegalArgumentException e) {
            throw new RefusedException("a welcome that is cut short");
        }
    }

    /**
     * @param from where the connection comes from
     * @throws RefusedException when the visitor is not in the roster or cannot prove it
     */
    Visitor admit(DataInputStream in, DataOutputStream out, String own, InetAddress from) throws IOException {
        byte[] ours = challenge();
        out.write(ours);
        out.flush();
        String name = readText(in, MAX_PEER_ID);
        String address = readText(in, MemberFields.MAX_ADDRESS);
        byte[] theirs = new byte[CHALLENGE_BYTES];
        in.readFully(theirs);
        byte[] signature = signature(in);
        Node node = node(name);
        check(node, transcript(HELLO, ours, theirs, text(own), text(address)), signature, "hello");
        byte[] seen = from.getAddress();
        writeText(out, self.peerId().value());
        out.writeByte(seen.length);
        out.write(seen);
        out.write(self.sign(transcript(WELCOME, theirs, ours, text(name), seen)));
        out.flush();
        try {
            return new Visitor(node, MemberFields.address(address));
        } catch (FrameException e) {
            throw new RefusedException("a hello as '%s' with %s".formatted(name, e.getMessage()));
        }
    }

    /** Whether the node would still be let in. */
    boolean trusted(Node node) {
        return roster.get()
                .node(node.id())
                .filter(known -> known.key().equals(node.key()))
                .isPresent();
    }

    private byte[] challenge() {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        return challenge;
    }

    private Node node(String name) throws RefusedException {
        try {
            var id = new PeerId(name);
            Roster.Node node = roster.get()
                    .node(id)
                    .orElseThrow(() -> new RefusedException("'%s' is not in the roster".formatted(id)));
            return new Node(id, node.key());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("a greeting without a peer id");
        }
    }

    private static void check(Node by, byte[] content, byte[] signature, String what) throws RefusedException {
        if (!signed(by.key(), content, signature))
            throw new RefusedException("a %s as '%s' with a wrong signature".formatted(what, by.id()));
    }

    private static byte[] signature(DataInputStream in) throws IOException {
        byte[] signature = new byte[SIGNATURE_BYTES];
        in.readFully(signature);
        return signature;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeShort(text.length());
        out.write(text(text));
    }

    private static String readText(DataInputStream in, int most) throws IOException {
        int length = in.readUnsignedShort();
        if (length > most) throw new RefusedException("a greeting with a name of %d bytes".formatted(length));
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }

    /** The parts with their lengths in front: none can pass for a piece of another. */
    private static byte[] transcript(byte[] context, byte[]... parts) {
        int length = context.length;
        for (byte[] part : parts) length += 2 + part.length;
        ByteBuffer transcript = ByteBuffer.allocate(length).put(context);
        for (byte[] part : parts) transcript.putShort((short) part.length).put(part);
        return transcript.array();
    }

    private static boolean signed(NodeKey key, byte[] content, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key.publicKey());
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // a malformed signature or key is no proof either
        }
    }
}
