package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wguplink.mesh.gossip.frame.FrameException;

/** One connection that another node opened: it greets, and then frames go both ways. */
final class Inbound implements Runnable {
    private static final int GREETING_MILLIS = 5_000;
    private static final int IDLE_MILLIS = 300_000;

    private final Socket socket;
    private final String own;
    private final Gate gate;
    private final Link link;
    private final Consumer<Inbound> admitted;
    private final Consumer<Message> received;
    private final Consumer<String> refused;
    private volatile Gate.@Nullable Visitor visitor;

    /**
     * @param own the address that this node listens on, {@code HOST:PORT}
     * @param admitted told when the greeting was right
     */
    Inbound(
            Socket socket,
            String own,
            Gate gate,
            Consumer<Inbound> admitted,
            Consumer<Message> received,
            Consumer<String> refused) {
        this.socket = socket;
        this.own = own;
        this.gate = gate;
        this.link = new Link(socket, socket.getInetAddress().getHostAddress(), IDLE_MILLIS);
        this.admitted = admitted;
        this.received = received;
        this.refused = refused;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(GREETING_MILLIS);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            var out = new DataOutputStream(socket.getOutputStream());
            visitor = gate.admit(in, out, own, socket.getInetAddress());
            admitted.accept(this);
            link.run(in, out, received);
        } catch (RefusedException | FrameException e) {
            refused.accept("%s: %s".formatted(name(), e.getMessage()));
        } catch (EOFException e) {
            // the other end is done
        } catch (IOException e) {
            // reset, idle or closed by us: the other end connects again when it has something to say
        }
    }

    Link link() {
        return link;
    }

    /** Where the node at the other end listens, as it says; empty before it was let in. */
    String address() {
        Gate.Visitor known = visitor;
        return known == null ? "" : known.address();
    }

    /** Whether its node was let in and has lost that trust since. */
    boolean revoked() {
        Gate.Visitor known = visitor;
        return known != null && !gate.trusted(known.node());
    }

    private String name() {
        Gate.Visitor known = visitor;
        return known == null
                ? socket.getInetAddress().getHostAddress()
                : known.node().id().value();
    }
}
