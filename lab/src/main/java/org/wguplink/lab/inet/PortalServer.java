package org.wguplink.lab.inet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Where an ISP leads the web of customers who have not logged in, while it does. */
public final class PortalServer implements AutoCloseable {
    public static final int PORT = 8088;

    private final ServerSocketChannel listener;

    private PortalServer(ServerSocketChannel listener) {
        this.listener = listener;
        Thread.ofPlatform().daemon().name("isp portal").start(this::serve);
    }

    /** Starts it in the ISP's namespace, at all of its addresses. */
    public static PortalServer start(String namespace) throws IOException {
        return new PortalServer(
                InNamespace.call(namespace, () -> ServerSocketChannel.open().bind(new InetSocketAddress(PORT))));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                Thread.ofVirtual().start(() -> TcpService.PORTAL.serve(client));
            } catch (IOException e) {
                if (listener.isOpen()) throw new UncheckedIOException(e);
            }
        }
    }
}
