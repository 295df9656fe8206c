package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.function.IntConsumer;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.probe.IcmpSocket;

/** Echo requests of any size to one address, by one path. Loop thread only. */
public interface Echoes extends AutoCloseable {
    /** Whence they come. */
    interface Opener {
        /**
         * @param number of the path
         * @param onAnswer hears the size of every request that was answered, on the loop; it may close the echoes
         */
        Echoes open(String device, int number, InetAddress target, IntConsumer onAnswer) throws OsException;
    }

    /**
     * Sends one; when it cannot be sent, it is as good as lost.
     *
     * @param bytes of the whole IP packet
     */
    void send(int bytes);

    @Override
    void close();

    /** The kernel's. */
    static Opener by(EventLoop loop) {
        return (device, number, target, onAnswer) -> {
            IcmpSocket socket = IcmpSocket.open(device, Layout.probe(number), Family.of(target));
            try {
                socket.whole();
            } catch (OsException e) {
                socket.close();
                throw e;
            }
            return new Sent(loop, socket, target, onAnswer);
        };
    }

    /** A size is the sequence number of its request. */
    final class Sent implements Echoes {
        private static final Logger LOG = System.getLogger(Echoes.class.getName());

        private final EventLoop loop;
        private final IcmpSocket socket;
        private final InetAddress target;
        private final IntConsumer onAnswer;

        private Sent(EventLoop loop, IcmpSocket socket, InetAddress target, IntConsumer onAnswer) {
            this.loop = loop;
            this.socket = socket;
            this.target = target;
            this.onAnswer = onAnswer;
            loop.watch(socket.fd(), this::read);
        }

        @Override
        public void send(int bytes) {
            try {
                socket.send(target, bytes, bytes);
            } catch (OsException e) {
                LOG.log(Level.DEBUG, "echo to {0}: {1}", target, Failures.text(e));
            }
        }

        private void read() {
            try {
                socket.replies(reply -> onAnswer.accept(reply.sequence()));
            } catch (OsException e) {
                LOG.log(Level.DEBUG, "echo of {0}: {1}", target, Failures.text(e));
            }
        }

        @Override
        public void close() {
            loop.unwatch(socket.fd());
            socket.close();
        }
    }
}
