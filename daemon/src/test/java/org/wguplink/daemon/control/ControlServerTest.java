package org.wguplink.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** The socket with a loop behind it and no node: enough for all that is answered before a node is asked. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ControlServerTest {
    @TempDir
    Path temp;

    private Path socket;
    private EventLoop loop;
    private Thread looping;
    private ControlServer server;

    @BeforeEach
    void listen() throws Exception {
        socket = temp.resolve("run/control.sock");
        loop = new EventLoop();
        looping = Thread.ofPlatform().daemon().start(() -> {
            try {
                loop.run(new Idle());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        server = new ControlServer(socket, withoutNode(loop));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        loop.stop();
        looping.join();
        loop.close();
    }

    @Test
    void theSocketIsForRootAndTheGroupAlone() throws Exception {
        assertThat(mode(socket)).isEqualTo("rw-rw----");
        assertThat(mode(temp.resolve("run"))).isEqualTo("rwxr-x---");
    }

    @Test
    void aSocketThatADeadProcessLeftIsReplacedAndAClosedServerLeavesNone() throws Exception {
        ControlServer second = new ControlServer(socket, withoutNode(loop));
        try (Client client = new Client()) {
            assertThat(client.ask("{}").error()).isNotNull();
        }
        second.close();
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"garbage", "", "[]", "null", "{\"jsonrpc\":", "{\"jsonrpc\":\"2.0\",\"id\":\"x\"}", "\u0000"})
    void aGarbageLineIsAParseErrorAndTheConnectionGoesOn(String garbage) throws Exception {
        try (Client client = new Client()) {
            assertThat(client.error(garbage).code()).isEqualTo(Response.PARSE_ERROR);
            assertThat(client.error(request("nothing")).code()).isEqualTo(Response.METHOD_NOT_FOUND);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":7,\"method\":\"status\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"status\"}",
                "{\"jsonrpc\":null,\"id\":7,\"method\":\"status\"}"
            })
    void anotherProtocolIsAnInvalidRequest(String line) throws Exception {
        try (Client client = new Client()) {
            Response response = client.ask(line);
            assertThat(response.id()).isEqualTo(7);
            assertThat(failure(response).code()).isEqualTo(Response.INVALID_REQUEST);
            assertThat(failure(response).message()).contains("\"jsonrpc\":\"2.0\"");
        }
    }

    @Test
    void aDeeplyNestedLineIsAnsweredLikeAnyOtherGarbage() throws Exception {
        try (Client client = new Client()) {
            String deep = "[".repeat(500_000) + "]".repeat(500_000);
            assertThat(client.error("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"more\":" + deep + "}"))
                    .isNotNull();
        }
    }

    @Test
    void anUnknownMethodIsNamed() throws Exception {
        try (Client client = new Client()) {
            Response response = client.ask("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"uplink_eat\"}");
            assertThat(response.id()).isEqualTo(8);
            assertThat(failure(response))
                    .isEqualTo(new Response.Failure(Response.METHOD_NOT_FOUND, "no method 'uplink_eat'"));
            assertThat(client.error("{\"jsonrpc\":\"2.0\",\"id\":8}").code()).isEqualTo(Response.METHOD_NOT_FOUND);
        }
    }

    @Test
    void missingAndBadParametersAreNamed() throws Exception {
        try (Client client = new Client()) {
            assertThat(client.error(request("uplink_add")))
                    .isEqualTo(new Response.Failure(Response.INVALID_PARAMS, "peer_id is missing"));
            assertThat(client.error(request("uplink_failover")))
                    .isEqualTo(new Response.Failure(Response.INVALID_PARAMS, "enabled is missing"));
            Response.Failure bad = client.error(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"uplink_test\",\"params\":{\"peer_id\":\"../x\"}}");
            assertThat(bad.code()).isEqualTo(Response.INVALID_PARAMS);
            assertThat(bad.message()).contains("'../x' is not a peer id");
        }
    }

    @Test
    void requestsSentInOneGoAreAnsweredInTheirOrder() throws Exception {
        try (Client client = new Client()) {
            StringBuilder all = new StringBuilder();
            for (int id = 1; id <= 100; id++)
                all.append("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"uplink_add\"}\n".formatted(id));
            client.send(all.toString());
            for (long id = 1; id <= 100; id++) assertThat(client.receive().id()).isEqualTo(id);
        }
    }

    @Test
    void aLineLongerThanTheProtocolAllowsClosesTheConnection() throws Exception {
        try (Client client = new Client()) {
            assertThat(client.error(" ".repeat(Wire.MAX_LINE - 20) + "x").code())
                    .isEqualTo(Response.PARSE_ERROR);
        }
        try (Client client = new Client()) {
            assertThatThrownBy(() -> client.ask("x".repeat(Wire.MAX_LINE + 1))).isInstanceOf(IOException.class);
        }
        assertAnswers();
    }

    @Test
    void oneConnectionTooManyIsClosedAndThereIsRoomAgainLater() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) clients.add(new Client());
            for (Client client : clients) assertThat(client.error("x").code()).isEqualTo(Response.PARSE_ERROR);
            try (Client tooMany = new Client()) {
                assertThatThrownBy(() -> tooMany.ask("x")).isInstanceOf(IOException.class);
            }
            assertThat(clients.getFirst().error("x").code()).isEqualTo(Response.PARSE_ERROR);
        } finally {
            for (Client client : clients) client.close();
        }
        assertAnswers();
    }

    @Test
    void manyConnectionsInARowAreServed() throws Exception {
        for (int i = 0; i < 500; i++) assertAnswers();
    }

    @Test
    void aHangUpInTheMiddleOfALineDisturbsNobody() throws Exception {
        for (int i = 0; i < 100; i++)
            try (Client client = new Client()) {
                client.send("{\"jsonrpc\":");
            }
        assertAnswers();
    }

    /** Closed connections leave their threads a moment. */
    private void assertAnswers() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true)
            try (Client client = new Client()) {
                assertThat(client.error("x").code()).isEqualTo(Response.PARSE_ERROR);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) throw e;
            }
    }

    private static String request(String method) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\"}".formatted(method);
    }

    private static Response.Failure failure(Response response) {
        Response.Failure failure = response.error();
        if (failure == null) throw new AssertionError("no error: " + response);
        return failure;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @SuppressWarnings("NullAway") // what is asked here is answered before the node is looked at
    private static ControlApi withoutNode(EventLoop loop) {
        return new ControlApi(loop, null, null);
    }

    private static final class Idle implements EventLoop.Timers {
        @Override
        public void tick(MonoTime now) {}

        @Override
        public MonoTime nextWake(MonoTime now) {
            return now.plus(Duration.ofSeconds(1));
        }
    }

    private final class Client implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).limit(0);

        Client() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        Response ask(String line) throws Exception {
            send(line + "\n");
            return receive();
        }

        Response.Failure error(String line) throws Exception {
            return failure(ask(line));
        }

        void send(String text) throws IOException {
            ByteBuffer out = StandardCharsets.UTF_8.encode(text);
            while (out.hasRemaining()) channel.write(out);
        }

        Response receive() throws Exception {
            StringBuilder line = new StringBuilder();
            while (true) {
                while (in.hasRemaining()) {
                    char c = (char) in.get();
                    if (c == '\n') return Wire.decode(Response.class, line.toString());
                    line.append(c);
                }
                int read = channel.read(in.clear());
                in.flip();
                if (read < 0) throw new IOException("closed");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
