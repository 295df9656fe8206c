package org.wguplink.lab.inet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** What is said on one accepted connection. */
enum TcpService {
    /** Gives every byte back. */
    ECHO {
        @Override
        void talk(SocketChannel client) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (client.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) client.write(buffer);
                buffer.clear();
            }
        }
    },

    /** Takes every byte and says nothing. */
    SINK {
        @Override
        void talk(SocketChannel client) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (client.read(buffer.clear()) >= 0) {}
        }
    },

    /** Sends a few bytes every 50 ms, for as long as somebody takes them: little, so that a slow line stays free. */
    STREAM {
        @Override
        void talk(SocketChannel client) throws IOException {
            ByteBuffer part = ByteBuffer.allocate(64);
            while (true) {
                part.clear();
                while (part.hasRemaining()) client.write(part);
                LockSupport.parkNanos(50_000_000);
            }
        }
    },

    /** Sends as much as the line takes. */
    FLOOD {
        @Override
        void talk(SocketChannel client) throws IOException {
            flood(client);
        }
    },

    /**
     * Answers one request with the address that it came from, and with as much more as a page of several packets has; or with
     * the page that is known to be empty, or with one that does not end.
     */
    HTTP {
        @Override
        void talk(SocketChannel client) throws IOException {
            String request = request(client);
            if (request.startsWith("GET /generate_204 "))
                answer(client, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
            else if (request.startsWith("GET /endless ")) {
                answer(client, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n");
                flood(client);
            } else answer(client, page((InetSocketAddress) client.getRemoteAddress()));
        }
    },

    /** Answers one request with the way to where one logs in. */
    PORTAL {
        @Override
        void talk(SocketChannel client) throws IOException {
            request(client);
            answer(client, "HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\nContent-Length: 0\r\n\r\n");
        }
    };

    private static final int LONGEST_REQUEST = 8 * 1024;

    abstract void talk(SocketChannel client) throws IOException;

    void serve(SocketChannel client) {
        try (client) {
            talk(client);
        } catch (IOException _) {
            // The peer is gone or its line is cut: nobody is left to tell.
        }
    }

    private static String request(SocketChannel client) throws IOException {
        StringBuilder request = new StringBuilder();
        ByteBuffer part = ByteBuffer.allocate(2 * 1024);
        while (request.indexOf("\r\n\r\n") < 0) {
            if (request.length() > LONGEST_REQUEST || client.read(part.clear()) < 0)
                throw new EOFException("no request");
            request.append(US_ASCII.decode(part.flip()));
        }
        return request.toString();
    }

    private static void answer(SocketChannel client, String text) throws IOException {
        ByteBuffer answer = US_ASCII.encode(text);
        while (answer.hasRemaining()) client.write(answer);
    }

    private static void flood(SocketChannel client) throws IOException {
        ByteBuffer part = ByteBuffer.allocateDirect(64 * 1024);
        while (true) client.write(part.clear());
    }

    private static String page(InetSocketAddress seen) {
        String body = "%s\n".formatted(seen.getAddress().getHostAddress()) + " ".repeat(InternetServers.PAGE_BYTES);
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(body.length(), body);
    }
}
