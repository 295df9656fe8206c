package org.wguplink.lab.inet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Echo (UDP {@value #UDP_ECHO}, TCP {@value #TCP_ECHO}), a sink and a stream, HTTP, DNS, and an HTTPS port that takes
 * connections and says nothing, on every public address. One
 * socket per address, so that replies carry that address as their source.
 */
public final class InternetServers implements AutoCloseable {
    public static final int UDP_ECHO = 7007;
    public static final int TCP_ECHO = 7008;
    public static final int TCP_SINK = 7009;
    public static final int TCP_STREAM = 7010;
    public static final int TCP_FLOOD = 7011;
    public static final int HTTP = 80;
    public static final int HTTPS = 443;
    public static final int DNS = 53;
    /** A page is longer than this. */
    public static final int PAGE_BYTES = 4 * 1024;

    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final UdpService echo;
    private final UdpService dns;
    private final List<ServerSocketChannel> listeners;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private record Sockets(List<DatagramChannel> echo, List<DatagramChannel> dns, List<Listener> listeners) {}

    private record Listener(ServerSocketChannel channel, TcpService service) {}

    private InternetServers(String namespace, Sockets sockets) throws IOException {
        this.echo = UdpService.start(namespace, "inet echo", sockets.echo(), InternetServers::echo);
        this.dns = UdpService.start(namespace, "inet dns", sockets.dns(), InternetServers::resolve);
        this.listeners = sockets.listeners().stream().map(Listener::channel).toList();
        sockets.listeners().forEach(this::serve);
    }

    /** Starts all servers in a namespace that owns {@code addresses}. */
    public static InternetServers start(String namespace, List<String> addresses) throws IOException {
        return new InternetServers(namespace, InNamespace.call(namespace, () -> open(addresses)));
    }

    @Override
    public void close() throws IOException {
        echo.close();
        dns.close();
        for (ServerSocketChannel listener : listeners) listener.close();
        for (SocketChannel client : clients) abort(client);
    }

    /** A connection that went on waiting for a dead peer would keep the namespace alive. */
    private static void abort(SocketChannel client) throws IOException {
        try (client) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (ClosedChannelException _) {
            // It ended by itself.
        }
    }

    private static Sockets open(List<String> addresses) throws IOException {
        Sockets sockets = new Sockets(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (String text : addresses) {
            InetAddress address = InetAddress.ofLiteral(text);
            sockets.echo().add(udp(address, UDP_ECHO));
            sockets.dns().add(udp(address, DNS));
            sockets.listeners().add(new Listener(tcp(address, TCP_ECHO), TcpService.ECHO));
            sockets.listeners().add(new Listener(tcp(address, TCP_SINK), TcpService.SINK));
            sockets.listeners().add(new Listener(tcp(address, TCP_STREAM), TcpService.STREAM));
            sockets.listeners().add(new Listener(tcp(address, TCP_FLOOD), TcpService.FLOOD));
            sockets.listeners().add(new Listener(tcp(address, HTTP), TcpService.HTTP));
            sockets.listeners().add(new Listener(tcp(address, HTTPS), TcpService.SINK));
        }
        return sockets;
    }

    static DatagramChannel udp(InetAddress address, int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address instanceof java.net.Inet4Address
                        ? java.net.StandardProtocolFamily.INET
                        : java.net.StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(address, port));
        channel.configureBlocking(false);
        return channel;
    }

    static ServerSocketChannel tcp(InetAddress address, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(address, port), 128);
        return channel;
    }

    /** Eight bytes of the question, then the source address that it came from, as an IPv6 address. */
    private static void echo(ByteBuffer question, InetSocketAddress from, ByteBuffer answer) {
        question.limit(Math.min(question.limit(), Echo.SEQUENCE_BYTES));
        answer.put(question);
        Echo.putAddress(answer, from.getAddress());
    }

    private static void resolve(ByteBuffer question, InetSocketAddress from, ByteBuffer answer) {
        DnsAnswer.answer(DnsAnswer.INTERNET, question, answer);
    }

    private void serve(Listener listener) {
        Thread.ofPlatform().daemon().name("inet tcp").start(() -> {
            while (listener.channel().isOpen()) {
                try {
                    SocketChannel client = listener.channel().accept();
                    clients.add(client);
                    Thread.ofVirtual().start(() -> {
                        listener.service().serve(client);
                        clients.remove(client);
                    });
                } catch (IOException e) {
                    if (listener.channel().isOpen()) throw new java.io.UncheckedIOException(e);
                }
            }
        });
    }
}
