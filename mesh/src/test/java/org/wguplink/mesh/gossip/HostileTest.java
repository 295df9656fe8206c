package org.wguplink.mesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wguplink.mesh.gossip.TestMesh.await;
import static org.wguplink.mesh.gossip.TestMesh.offer;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;

/** What comes over the wire from who means ill: dropped, and the mesh goes on. */
@Execution(ExecutionMode.CONCURRENT)
class HostileTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Shows by its flag that somebody deserialized it. */
    static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1L;
        static volatile boolean exploded;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            exploded = true;
            in.defaultReadObject();
        }
    }

    @TempDir
    Path dir;

    private TestMesh mesh;
    private long sequence;

    @BeforeEach
    void start() throws Exception {
        mesh = new TestMesh(dir, "nodeA", "nodeB", "mallory");
        mesh.start("nodeA");
        mesh.start("nodeB", "nodeA");
        await(
                "both",
                SOON,
                () -> mesh.node("nodeA").present().size() == 1
                        && mesh.node("nodeB").present().size() == 1);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void aSerializedObjectIsNotDeserialized() throws Exception {
        byte[] bomb = bomb();
        // bare, as a frame before the greeting, and as a frame of a node that was let in
        try (Socket bare = connect()) {
            bare.getOutputStream().write(bomb);
            awaitClosed(bare);
        }
        try (Socket early = connect()) {
            writeFrame(early, bomb);
            awaitClosed(early);
        }
        try (Socket inside = greeted()) {
            writeFrame(inside, bomb);
            awaitClosed(inside);
        }
        await("told", SOON, () -> refusals("nodeA").stream().anyMatch(why -> why.contains("mallory")));
        assertThat(Bomb.exploded).isFalse();
        assertWorks();
    }

    @Test
    void anOversizedFrameEndsItsConnectionAlone() throws Exception {
        try (Socket small = greeted();
                Socket large = greeted()) {
            var out = new DataOutputStream(large.getOutputStream());
            out.writeInt(FrameCodec.MAX_FRAME + 1);
            out.write(new byte[1024]);
            awaitClosed(large);
            try (Socket negative = greeted()) {
                new DataOutputStream(negative.getOutputStream()).writeInt(-1);
                awaitClosed(negative);
            }
            assertThat(small.isClosed()).isFalse();
            small.setSoTimeout(300);
            assertThat(silent(small)).isTrue();
        }
        assertWorks();
    }

    @Test
    void aStrangerIsNotLetIn() throws Exception {
        Roster all = mesh.roster;
        mesh.roster = without("mallory");
        mesh.start("mallory", () -> all, "nodeA");
        mesh.node("mallory").publish(offer("mallory", 1));
        await(
                "refused",
                SOON,
                () -> refusals("nodeA").stream().anyMatch(why -> why.contains("'mallory' is not in the roster")));
        assertThat(mesh.node("nodeA").present()).containsExactly(new PeerId("nodeB"));
        assertThat(mesh.ear("nodeA").offers).isEmpty();
        assertWorks();
    }

    @Test
    void aGreetingCannotBeForgedNorPassedOn() throws Exception {
        Identity eve = Identity.create(dir.resolve("eve"), new PeerId("nodeB"));
        for (int i = 0; i < 3; i++) { // told once
            try (Socket forged = connect()) {
                greet(forged, eve, addressOf("nodeA"));
                awaitClosed(forged);
            }
        }
        try (Socket passedOn = connect()) {
            greet(passedOn, mesh.identity("mallory"), addressOf("nodeB"));
            awaitClosed(passedOn);
        }
        await("the second is told", SOON, () -> refusals("nodeA").stream().anyMatch(why -> why.contains("'mallory'")));
        assertThat(refusals("nodeA").stream().filter(why -> why.contains("wrong signature")))
                .hasSize(2);
        assertWorks();
    }

    @Test
    void whoLosesTrustIsCutOff() throws Exception {
        try (Socket inside = greeted()) {
            mesh.roster = without("mallory");
            awaitClosed(inside);
        }
        assertWorks();
    }

    private Roster without(String name) {
        Roster all = mesh.roster;
        var nodes = new ArrayList<>(all.nodes());
        nodes.removeIf(node -> node.id().value().equals(name));
        return new Roster(
                all.master(), all.serial() + 1, Instant.now(), Instant.now().plusSeconds(60), nodes);
    }

    private void assertWorks() throws Exception {
        long next = ++sequence;
        mesh.node("nodeB").publish(offer("nodeB", next));
        await("an offer gets through", SOON, () -> {
            var heard = mesh.ear("nodeA").offers.get(new PeerId("nodeB"));
            return heard != null && heard.sequence() == next;
        });
    }

    private List<String> refusals(String name) {
        return List.copyOf(mesh.ear(name).refusals);
    }

    private Socket connect() throws IOException {
        Endpoint at = mesh.endpoint("nodeA");
        var socket = new Socket(TestMesh.LOCAL, at.port());
        socket.setSoTimeout(8_000);
        return socket;
    }

    /** A connection that mallory, who is in the roster here, was let in with. */
    private Socket greeted() throws IOException {
        Socket socket = connect();
        greet(socket, mesh.identity("mallory"), addressOf("nodeA"));
        return socket;
    }

    private String addressOf(String name) {
        return "127.0.0.1:" + mesh.endpoint(name).port();
    }

    private static void greet(Socket socket, Identity as, String dialled) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        byte[] challenge = new byte[32];
        in.readFully(challenge);
        String own = "127.0.0.1:1";
        var transcript = new ByteArrayOutputStream();
        var signed = new DataOutputStream(transcript);
        signed.write("wg-uplink mesh hello 2\0".getBytes(StandardCharsets.US_ASCII));
        signed.writeShort(32);
        signed.write(challenge);
        signed.writeShort(32);
        signed.write(new byte[32]);
        signed.writeUTF(dialled);
        signed.writeUTF(own);
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeUTF(as.peerId().value());
        out.writeUTF(own);
        out.write(new byte[32]);
        out.write(as.sign(transcript.toByteArray()));
    }

    private static void writeFrame(Socket socket, byte[] frame) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(frame.length);
        out.write(frame);
    }

    private static byte[] bomb() throws IOException {
        var stream = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(stream)) {
            out.writeObject(new Bomb());
        }
        return stream.toByteArray();
    }

    private static void awaitClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection stays open", e);
        } catch (IOException e) {
            // reset: closed as well
        }
    }

    private static boolean silent(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        }
    }
}
