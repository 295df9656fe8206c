package org.wguplink.mesh.gossip.socket;

import io.scalecube.cluster.transport.api.Message;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.mesh.gossip.frame.FrameException;

/**
 * One connection to another node: connects when it is made, sends what is queued, and ends on the first failure; the next
 * send makes a new one.
 */
final class Outbound implements Runnable {
    private static final int CONNECT_MILLIS = 3_000;
    /** Less than the acceptor's, so that it is we who close. */
    private static final int IDLE_MILLIS = 240_000;

    private final String address;
    private final InetAddress source;
    private final String own;
    private final Gate gate;
    private final Hearing hearing;
    private final Socket socket = new Socket();
    private final Link link;
    private volatile Gate.@Nullable Host host;

    /** Who hears of what a connection brings. */
    interface Hearing {
        void greeted(Gate.Host host);

        void received(Message message);

        void refused(String why);

        /**
         * It is over.
         *
         * @param reached whether it ever stood
         * @param left what was not sent
         */
        void ended(Outbound connection, boolean reached, List<Link.Item> left, IOException why);
    }

    /**
     * @param address {@code HOST:PORT} with a literal host: nothing is looked up here
     * @param source the address that connections leave from
     * @param own where this node listens, {@code HOST:PORT}
     */
    Outbound(String address, InetAddress source, String own, Gate gate, Hearing hearing) {
        this.address = address;
        this.source = source;
        this.own = own;
        this.gate = gate;
        this.hearing = hearing;
        this.link = new Link(socket, address, IDLE_MILLIS);
    }

    String address() {
        return address;
    }

    Link link() {
        return link;
    }

    /** Whether the node at the other end has lost our trust since it let us in. */
    boolean revoked() {
        Gate.Host known = host;
        return known != null && !gate.trusted(known.node());
    }

    @Override
    public void run() {
        IOException failure = new IOException(address + ": closed");
        try (socket) {
            connect();
        } catch (RefusedException | FrameException e) {
            hearing.refused("%s: %s".formatted(address, e.getMessage()));
            failure = e;
        } catch (IOException e) {
            failure = e;
        } finally {
            hearing.ended(this, host != null, link.end(), failure);
        }
    }

    private void connect() throws IOException {
        int colon = address.lastIndexOf(':');
        InetAddress to = literal(address.substring(0, colon));
        int port = Integer.parseInt(address.substring(colon + 1));
        if (Family.of(to) == Family.of(source)) socket.bind(new InetSocketAddress(source, 0));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(to, port), CONNECT_MILLIS);
        socket.setSoTimeout(CONNECT_MILLIS);
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var out = new DataOutputStream(socket.getOutputStream());
        Gate.Host greeted = gate.introduce(in, out, to.getHostAddress() + ":" + port, own);
        host = greeted;
        hearing.greeted(greeted);
        link.run(in, out, hearing::received);
    }

    private static InetAddress literal(String host) throws IOException {
        try {
            return Addresses.parse(host);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
