package org.wguplink.lab.inet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.core.net.InetNetwork;

/** The resolver of one ISP, by UDP and TCP: it answers its customers, and refuses everybody else. */
public final class IspResolver implements AutoCloseable {
    private static final int LARGEST = 512;

    private final int who;
    private final List<InetNetwork> customers;
    private final UdpService udp;
    private final List<ServerSocketChannel> listeners;

    private record Sockets(List<DatagramChannel> udp, List<ServerSocketChannel> tcp) {}

    private IspResolver(String namespace, int node, List<InetNetwork> customers, Sockets sockets) throws IOException {
        this.who = DnsAnswer.ofIsp(node);
        this.customers = List.copyOf(customers);
        this.udp = UdpService.start(namespace, "isp dns", sockets.udp(), this::answer);
        this.listeners = sockets.tcp();
        for (ServerSocketChannel listener : listeners)
            Thread.ofPlatform().daemon().name("isp dns tcp").start(() -> serve(listener));
    }

    /**
     * Starts it in the ISP's namespace.
     *
     * @param node the number of the node that has this ISP
     * @param addresses of the namespace
     * @param customers who is answered
     */
    public static IspResolver start(String namespace, int node, List<String> addresses, List<InetNetwork> customers)
            throws IOException {
        return new IspResolver(namespace, node, customers, InNamespace.call(namespace, () -> open(addresses)));
    }

    @Override
    public void close() throws IOException {
        udp.close();
        for (ServerSocketChannel listener : listeners) listener.close();
    }

    private static Sockets open(List<String> addresses) throws IOException {
        var sockets = new Sockets(new ArrayList<>(), new ArrayList<>());
        for (String text : addresses) {
            InetAddress address = InetAddress.ofLiteral(text);
            sockets.udp().add(InternetServers.udp(address, InternetServers.DNS));
            sockets.tcp().add(InternetServers.tcp(address, InternetServers.DNS));
        }
        return sockets;
    }

    private void answer(ByteBuffer question, InetSocketAddress from, ByteBuffer answer) {
        if (customers.stream().anyMatch(c -> c.contains(from.getAddress()))) DnsAnswer.answer(who, question, answer);
        else DnsAnswer.refuse(question, answer);
    }

    private void serve(ServerSocketChannel listener) {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                Thread.ofVirtual().start(() -> talk(client));
            } catch (IOException e) {
                if (listener.isOpen()) throw new UncheckedIOException(e);
            }
        }
    }

    /** Each message has its length before it (RFC 1035, section 4.2.2). */
    private void talk(SocketChannel client) {
        ByteBuffer question = ByteBuffer.allocate(LARGEST);
        try (client) {
            while (true) {
                fill(client, question.clear().limit(Short.BYTES));
                fill(client, question.clear().limit(question.getShort(0) & 0xffff));
                ByteBuffer answer = ByteBuffer.allocate(LARGEST).position(Short.BYTES);
                ByteBuffer body = answer.slice();
                answer(question.flip(), (InetSocketAddress) client.getRemoteAddress(), body);
                answer.putShort(0, (short) body.position()).position(0).limit(Short.BYTES + body.position());
                while (answer.hasRemaining()) client.write(answer);
            }
        } catch (IOException | IllegalArgumentException _) {
            // The client is gone, or says what is no question.
        }
    }

    private static void fill(SocketChannel client, ByteBuffer part) throws IOException {
        while (part.hasRemaining()) if (client.read(part) < 0) throw new IOException("the end");
    }
}
