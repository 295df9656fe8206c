package org.wguplink.lab.inet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;

/** One thread that answers datagrams on several sockets. */
final class UdpService implements AutoCloseable {
    private static final int LARGEST = 2048;

    /** Writes the answer; an answer of no bytes is not sent. */
    @FunctionalInterface
    interface Answerer {
        void answer(ByteBuffer question, InetSocketAddress from, ByteBuffer answer);
    }

    private final Selector selector;
    private final List<DatagramChannel> channels;
    private final Answerer answerer;
    private final ByteBuffer question = ByteBuffer.allocateDirect(LARGEST);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(LARGEST);

    private UdpService(List<DatagramChannel> channels, Answerer answerer) throws IOException {
        this.selector = Selector.open();
        this.channels = channels;
        this.answerer = answerer;
        for (DatagramChannel channel : channels) channel.register(selector, SelectionKey.OP_READ);
    }

    static UdpService start(String namespace, String name, List<DatagramChannel> channels, Answerer answerer)
            throws IOException {
        UdpService service = new UdpService(channels, answerer);
        InNamespace.startClock(namespace, name, service::run);
        return service;
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                selector.select(this::serve);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (java.nio.channels.ClosedSelectorException _) {
                return;
            }
        }
    }

    private void serve(SelectionKey key) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            while (true) {
                question.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(question);
                if (from == null) return;
                answer.clear();
                answerer.answer(question.flip(), from, answer);
                if (answer.position() > 0) channel.send(answer.flip(), from);
            }
        } catch (IOException _) {
            // The way back is cut, which is what a lab is for: the answer is lost, as on a real line.
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (DatagramChannel channel : channels) channel.close();
    }
}
