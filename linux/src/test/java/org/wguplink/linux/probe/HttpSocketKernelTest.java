package org.wguplink.linux.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;

@Tag("kernel")
class HttpSocketKernelTest extends LineToIsp {
    private static final HttpUrl PAGE = HttpUrl.parse("http://example.com:8080/empty?x");
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Test
    void asksForThePageAndHearsTheAnswer() throws Exception {
        for (InetAddress server : new InetAddress[] {ISP4, ISP6}) {
            CompletableFuture<String> request = serve(server, "HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(get(server)).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(request.get())
                    .startsWith("GET /empty?x HTTP/1.1\r\nHost: example.com:8080\r\n")
                    .endsWith("\r\n\r\n");
        }
        assertThat(here.run("ss", "-Htan", "dport", "=", "8080"))
                .as("left behind")
                .isBlank();
    }

    @Test
    void readsNoMoreThanTheBeginningOfALongPage() throws Exception {
        var _ = serve(ISP4, "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1 << 20));
        assertThat(get(ISP4)).hasSize(HttpSocket.MOST).startsWith("HTTP/1.1 200 OK\r\n");
        String received = here.run("cat", "/proc/net/dev").replaceAll("(?s).*wan: *(\\d+) .*", "$1");
        assertThat(Long.parseLong(received)).as("bytes that came").isLessThan(8 * 1024);
    }

    @Test
    void aWidePageIsThrownAwayAsItComesUntilItEnds() throws Exception {
        var _ = serve(ISP4, "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(5 << 20));
        var ended = new AtomicBoolean();
        var bytes = new AtomicLong();
        try (var poller = new Poller();
                var http = here.in(() -> HttpSocket.startWide("wan", Layout.mark(1), ISP4, PAGE))) {
            poller.watchWritable(http.fd(), () -> {
                assertThat(http.ask()).isTrue();
                poller.watch(http.fd(), () -> {
                    OptionalInt came = drop(http);
                    came.ifPresent(bytes::addAndGet);
                    ended.set(came.isEmpty());
                });
            });
            await(poller, ended);
        }
        assertThat(bytes.get()).isEqualTo("HTTP/1.1 200 OK\r\n\r\n".length() + (5 << 20));
    }

    private static OptionalInt drop(HttpSocket http) {
        try {
            return http.drop();
        } catch (OsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(Poller poller, AtomicBoolean over) throws OsException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); !over.get() && System.nanoTime() < end; )
            poller.poll(Duration.ofMillis(50));
        assertThat(over).as("over in time").isTrue();
    }

    @Test
    void nothingIsHeardOfWhoRefuses() throws Exception {
        assertThat(get(ISP4)).isEmpty();
    }

    /** Answers one request as it is told to. */
    private CompletableFuture<String> serve(InetAddress address, String answer) {
        var request = new CompletableFuture<String>();
        var listening = there.in(() -> new ServerSocket(PAGE.server().port(), 1, address));
        Thread.ofPlatform().daemon().start(() -> {
            try (ServerSocket server = listening;
                    var client = server.accept()) {
                byte[] read = new byte[1024];
                int length = client.getInputStream().read(read);
                request.complete(new String(read, 0, length, ISO_8859_1));
                client.getOutputStream().write(answer.getBytes(ISO_8859_1));
            } catch (Exception e) {
                // it was told enough
                request.completeExceptionally(e);
            }
        });
        return request;
    }

    private String get(InetAddress server) throws Exception {
        var over = new AtomicBoolean();
        try (var poller = new Poller();
                var http = here.in(() -> HttpSocket.start("wan", Layout.probe(1), server, PAGE))) {
            poller.watchWritable(http.fd(), () -> {
                if (http.ask()) poller.watch(http.fd(), () -> over.set(!http.read()));
                else over.set(true);
            });
            await(poller, over);
            return http.beginning();
        }
    }
}
