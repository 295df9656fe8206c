package org.wguplink.mesh.gossip.socket;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.function.Supplier;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.NodeKey;
import org.wguplink.mesh.roster.Roster;

/** The greeting on a new connection: the connector proves that it is a node of the acceptor's roster. */
final class Gate {
    private static final byte[] CONTEXT = "wg-uplink mesh hello 1\0".getBytes(StandardCharsets.US_ASCII);
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

    /** Who came in, with the key that it proved to hold. */
    record Visitor(PeerId id, NodeKey key) {}

    /** @param dialled the acceptor's address, as the connector dialled it: {@code HOST:PORT} */
    void introduce(DataInputStream in, DataOutputStream out, String dialled) throws IOException {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        in.readFully(challenge);
        byte[] name = self.peerId().value().getBytes(StandardCharsets.US_ASCII);
        out.writeShort(name.length);
        out.write(name);
        out.write(self.sign(transcript(challenge, dialled)));
        out.flush();
    }

    /** @throws RefusedException when the visitor is not in the roster or cannot prove it */
    Visitor admit(DataInputStream in, DataOutputStream out, String own) throws IOException {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        out.write(challenge);
        out.flush();
        int length = in.readUnsignedShort();
        if (length > MAX_PEER_ID) throw new RefusedException("a hello with a name of %d bytes".formatted(length));
        String name = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
        byte[] signature = new byte[SIGNATURE_BYTES];
        in.readFully(signature);
        var visitor = visitor(name);
        if (!signed(visitor.key(), transcript(challenge, own), signature))
            throw new RefusedException("a hello as '%s' with a wrong signature".formatted(name));
        return visitor;
    }

    /** Whether the visitor would still be let in. */
    boolean trusted(Visitor visitor) {
        return roster.get()
                .node(visitor.id())
                .filter(node -> node.key().equals(visitor.key()))
                .isPresent();
    }

    private Visitor visitor(String name) throws RefusedException {
        try {
            var id = new PeerId(name);
            Roster.Node node = roster.get()
                    .node(id)
                    .orElseThrow(() -> new RefusedException("'%s' is not in the roster".formatted(id)));
            return new Visitor(id, node.key());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("a hello without a peer id");
        }
    }

    private static byte[] transcript(byte[] challenge, String address) {
        byte[] to = address.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(CONTEXT.length + challenge.length + to.length)
                .put(CONTEXT)
                .put(challenge)
                .put(to)
                .array();
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
