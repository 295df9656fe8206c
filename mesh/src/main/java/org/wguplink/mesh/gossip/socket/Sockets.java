package org.wguplink.mesh.gossip.socket;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** Closing what may be closed already. */
final class Sockets {
    private static final System.Logger LOG = System.getLogger(Sockets.class.getName());

    private Sockets() {}

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.TRACE, "closing a socket", e); // it is gone either way
        }
    }
}
