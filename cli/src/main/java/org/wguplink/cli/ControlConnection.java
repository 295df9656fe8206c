package org.wguplink.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wguplink.control.Wire;

/** A connection to {@code uplinkd} over its unix socket, a line at a time. */
final class ControlConnection implements AutoCloseable {
    /** {@code sun_path} of unix(7), without its final zero. */
    private static final int LONGEST_PATH = 107;

    private static final int BUFFER = 16 * 1024;

    private final Path socket;
    private final SocketChannel channel;
    private final Patience patience;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

    private ControlConnection(Path socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
        patience = new Patience(channel);
        patience.setDaemon(true);
    }

    static ControlConnection open(Path root, Path socket) throws CliException {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                channel.close();
                throw whyNot(e, root, socket);
            }
            return new ControlConnection(socket, channel);
        } catch (IOException e) {
            throw CliException.unreachable("cannot open a socket: " + e.getMessage());
        }
    }

    /** From now on a read that takes longer ends the connection. */
    void giveUpAfter(int ms) {
        patience.last(ms);
        if (patience.getState() == Thread.State.NEW) patience.start();
    }

    void send(String line) throws CliException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException e) {
            // one that is too busy has said so before it hung up, which is what is read next
        }
    }

    /** The next line; every error says what came instead. */
    String readLine() throws CliException {
        var line = new ByteArrayOutputStream(BUFFER);
        try {
            while (true) {
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next == '\n') return line.toString(StandardCharsets.UTF_8);
                    line.write(next);
                }
                if (line.size() >= Wire.MAX_LINE) throw unusable("a line of more than " + Wire.MAX_LINE + " bytes");
                int read = channel.read(buffer.clear());
                buffer.flip();
                if (read < 0) throw unusable(line.size() == 0 ? "nothing: it closed the connection" : "half an answer");
            }
        } catch (ClosedChannelException e) {
            throw CliException.unreachable("uplinkd did not answer within " + patience.ms() / 1000 + " s" + " ("
                    + socket + "); its log may say why");
        } catch (IOException e) {
            throw unusable("the connection broke: " + e.getMessage());
        }
    }

    CliException unusable(String what) {
        return CliException.unreachable("no usable answer from uplinkd at " + socket + ": " + what);
    }

    @Override
    public void close() {
        patience.last(0);
        try {
            channel.close();
        } catch (IOException e) {
            buffer.clear(); // nothing that was written is lost: it was answered, or never will be
        }
    }

    /** Java has one exception for most ways to fail, and the system's words may be in any language: look why. */
    private static CliException whyNot(IOException e, Path root, Path socket) {
        if (socket.toString().length() > LONGEST_PATH)
            return CliException.unreachable("the path " + socket + " is too long for a unix socket (at most "
                    + LONGEST_PATH + " bytes): use a shorter --root");
        String start = root.toString().equals("/")
                ? "start it with 'systemctl start uplinkd', or run 'uplinkd'"
                : "start it with 'uplinkd --root " + root + "'";
        Path directory = socket.getParent();
        boolean hidden = directory != null && Files.isDirectory(directory) && !Files.isExecutable(directory);
        if (hidden || (Files.exists(socket) && !Files.isWritable(socket)))
            return CliException.unreachable(
                    "no permission for " + socket + ": run wgctl as root or as a member of the group 'wguplink'");
        if (!Files.exists(socket))
            return CliException.unreachable("uplinkd is not running (no socket at " + socket + "): " + start);
        if (e instanceof java.net.ConnectException)
            return CliException.unreachable("uplinkd is not running (nobody listens at " + socket + "): " + start);
        return CliException.unreachable("cannot connect to " + socket + ": " + e.getMessage());
    }

    /** A blocking channel has no timeout: closing it from outside is the way to have one. */
    private static final class Patience extends Thread {
        private final SocketChannel channel;
        private long until;
        private int ms;

        Patience(SocketChannel channel) {
            super("wgctl-patience");
            this.channel = channel;
        }

        /** @param ms 0: it is over, and nothing is closed */
        synchronized void last(int ms) {
            this.ms = ms;
            until = System.nanoTime() + ms * 1_000_000L;
            notifyAll();
        }

        synchronized int ms() {
            return ms;
        }

        @Override
        public void run() {
            try {
                if (await()) channel.close();
            } catch (InterruptedException | IOException e) {
                interrupt(); // the process is ending: nothing is left to wait for
            }
        }

        private synchronized boolean await() throws InterruptedException {
            while (ms > 0) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) return true;
                wait(left);
            }
            return false;
        }
    }
}
