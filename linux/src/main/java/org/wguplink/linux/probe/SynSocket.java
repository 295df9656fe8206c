package org.wguplink.linux.probe;

import java.net.InetAddress;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.OsException;

/**
 * The beginning of one TCP connection by one device only, with one mark. That it is accepted shows that the target is
 * reached; nothing is said in it. A refusal may be the word of somebody on the way: of a provider that lends no more, of a
 * modem without a line. For one thread.
 */
public final class SynSocket implements AutoCloseable {
    /** Of the web over TLS, which few filters close. */
    private static final int PORT = 443;

    private final TcpBeginning connection;

    private SynSocket(TcpBeginning connection) {
        this.connection = connection;
    }

    /** Sends a SYN, where the kernel has a way for it. @throws OsException ENODEV when there is no such device */
    public static SynSocket start(String device, FwMark mark, InetAddress target) throws OsException {
        return new SynSocket(TcpBeginning.start("syn", device, mark, target, PORT));
    }

    /** Writable once it is known what became of it. */
    public int fd() {
        return connection.fd();
    }

    /** Whether the target has taken it. */
    public boolean answered() {
        return connection.connect() == 0;
    }

    @Override
    public void close() {
        connection.close();
    }
}
