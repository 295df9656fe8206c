package org.wguplink.linux.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.OptionalInt;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.linux.ffi.Errno;
import org.wguplink.linux.ffi.Libc;
import org.wguplink.linux.ffi.NativeSocket;
import org.wguplink.linux.ffi.OsException;

/**
 * A page that is asked for (RFC 9112) by one device only, with one mark, and the beginning of the answer; the rest may be
 * thrown away as it comes. The end of the connection is a reset. For one thread.
 */
public final class HttpSocket implements AutoCloseable {
    /** Of an answer, in bytes; no more is read. */
    public static final int MOST = 1024;

    private static final long MOST_DROPPED = 1 << 20;

    private static final int MSG_NOSIGNAL = 0x4000;
    /** Of TCP: what is there is thrown away, and copied nowhere (tcp(7)). */
    private static final int MSG_TRUNC = 0x20;

    private final TcpBeginning connection;
    private final HttpUrl page;
    private final StringBuilder beginning = new StringBuilder();

    private HttpSocket(TcpBeginning connection, HttpUrl page) {
        this.connection = connection;
        this.page = page;
    }

    /**
     * Begins a connection, where the kernel has a way for it.
     *
     * @param server an address of the page's server
     * @throws OsException ENODEV when there is no such device
     */
    public static HttpSocket start(String device, FwMark mark, InetAddress server, HttpUrl page) throws OsException {
        int port = page.server().port();
        return new HttpSocket(TcpBeginning.start("http", device, mark, server, port), page);
    }

    /** The same for a page of which as much is taken as comes. */
    public static HttpSocket startWide(String device, FwMark mark, InetAddress server, HttpUrl page)
            throws OsException {
        int port = page.server().port();
        return new HttpSocket(TcpBeginning.startWide("http", device, mark, server, port), page);
    }

    /** Writable once it is known whether there is a connection; readable when some of the answer is there. */
    public int fd() {
        return connection.fd();
    }

    /** Asks for the page, once that can be written; whether there is a connection to do it by. */
    public boolean ask() {
        if (connection.connect() != 0) return false;
        String request = "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: wg-uplink\r\nConnection: close\r\n\r\n"
                .formatted(page.path(), page.host());
        try (var arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, request.getBytes(ISO_8859_1));
            return Libc.sendto(fd(), text, text.byteSize(), MSG_NOSIGNAL, MemorySegment.NULL) == text.byteSize();
        }
    }

    /** Reads what is there, without waiting; whether more may come. */
    public boolean read() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(MOST - beginning.length());
            int length = Libc.recvfrom(fd(), room, NativeSocket.MSG_DONTWAIT, MemorySegment.NULL, MemorySegment.NULL);
            if (length > 0)
                beginning.append(new String(room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1));
            return length == -Errno.EAGAIN || length == -Errno.EINTR || (length > 0 && beginning.length() < MOST);
        }
    }

    /**
     * Throws away what is there, up to a mebibyte, without waiting.
     *
     * @return bytes; empty once the answer has come to its end
     * @throws OsException when the connection breaks off
     */
    public OptionalInt drop() throws OsException {
        MemorySegment nowhere = MemorySegment.NULL.reinterpret(MOST_DROPPED);
        int flags = NativeSocket.MSG_DONTWAIT | MSG_TRUNC;
        int length = Libc.recvfrom(fd(), nowhere, flags, MemorySegment.NULL, MemorySegment.NULL);
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) return OptionalInt.of(0);
        OsException.check(length, "receive", page.toString());
        return length == 0 ? OptionalInt.empty() : OptionalInt.of(length);
    }

    /** What has been read of the answer, each byte a character. */
    public String beginning() {
        return beginning.toString();
    }

    @Override
    public void close() {
        connection.close();
    }
}
