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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.control.MeasureProgress;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Idle;

/** The socket with a loop behind it and no node: what needs one is answered by a fake. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ControlServerTest {
    @TempDir
    Path temp;

    private Path socket;
    private EventLoop loop;
    private Thread looping;
    private ControlServer server;
    private FakeCalls calls;

    @BeforeEach
    void listen() throws Exception {
        socket = temp.resolve("run/control.sock");
        loop = new EventLoop();
        looping = Thread.ofPlatform().daemon().start(() -> {
            try {
                var idle = new Idle();
                loop.run(idle, idle);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        calls = new FakeCalls(withoutNode(loop));
        server = new ControlServer(socket, calls);
    }

    /** The same with less patience, for a test that waits for it to end. */
    private void serveWith(Connection.Limits limits) throws IOException {
        server.close();
        server = new ControlServer(socket, calls, limits);
    }

    private static Connection.Limits limits(int answerS, int writeS, int idleS) {
        return new Connection.Limits(
                Duration.ofSeconds(answerS), Duration.ofSeconds(writeS), Duration.ofSeconds(idleS));
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
    @ValueSource(strings = {"garbage", "", "[]", "null", "{\"jsonrpc\":", "{\"jsonrpc\":\"2.0\",\"id\":x}", "\u0000"})
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
            assertThat(response.id()).isEqualTo("7");
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
            assertThat(response.id()).isEqualTo("8");
            assertThat(failure(response))
                    .isEqualTo(new Response.Failure(Response.METHOD_NOT_FOUND, "no method 'uplink_eat'"));
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
            for (long id = 1; id <= 100; id++) assertThat(client.receive().id()).isEqualTo(Long.toString(id));
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
    void oneConnectionTooManyIsToldSoAndClosedAndThereIsRoomAgainLater() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) clients.add(new Client());
            for (Client client : clients) assertThat(client.error("x").code()).isEqualTo(Response.PARSE_ERROR);
            try (Client tooMany = new Client()) {
                Response.Failure busy = failure(tooMany.receive());
                assertThat(busy.code()).isEqualTo(Response.BUSY);
                assertThat(busy.message()).isEqualTo("32 connections are open already; try again");
                assertThatThrownBy(tooMany::receive).isInstanceOf(IOException.class);
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

    @Test
    void aParameterOfTheWrongTypeIsNamedInAnAnswerToItsRequest() throws Exception {
        try (Client client = new Client()) {
            Response response = client.ask(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"x-9\",\"method\":\"uplink_add\",\"params\":{\"peer_id\":5}}");
            assertThat(response.id()).isEqualTo("\"x-9\"");
            assertThat(failure(response))
                    .isEqualTo(new Response.Failure(Response.INVALID_PARAMS, "peer_id: found 5; expected a string"));
        }
    }

    @Test
    void aNotificationIsCarriedOutAndNotAnswered() throws Exception {
        try (Client client = new Client()) {
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"uplink_offer\"}\n");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}\n");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"uplink_add\",\"params\":{\"peer_id\":5}}\n");
            assertThat(client.ask(request("uplink_list")).id()).isEqualTo("1");
            assertThat(calls.seen).containsExactly(Method.UPLINK_OFFER, Method.UPLINK_LIST);
        }
    }

    @Test
    void progressComesBeforeTheAnswer() throws Exception {
        try (Client client = new Client()) {
            client.send(request("uplink_test") + "\n");
            assertThat(client.line())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"uplink_test_stage\",\"params\":{\"name\":\"tunnel\","
                            + "\"state\":\"ok\",\"message\":\"it answers\",\"probes\":[]}}");
            assertThat(client.line()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
        }
    }

    @Test
    void whoeverMeasuresLearnsThatTheClientIsGone() throws Exception {
        var progress = Notification.of(Notification.MEASURED, new MeasureProgress("wan", 1, 2, 3));
        try (Client client = new Client()) {
            client.send(request("uplink_measure") + "\n");
            await(() -> !calls.waiting.isEmpty());
            assertThat(calls.waiting.getFirst().tell(progress)).isTrue();
            assertThat(client.line()).isEqualTo(Wire.encode(progress));
        }
        await(() -> !calls.waiting.getFirst().tell(progress));
    }

    @Test
    void whoWatchesIsToldOfEveryChangeAndMayAskBesides() throws Exception {
        try (Client client = new Client()) {
            assertThat(client.line(request("watch"))).contains("\"state\":\"direct\"");
            calls.change("uplink");
            assertThat(client.line())
                    .startsWith("{\"jsonrpc\":\"2.0\",\"method\":\"status\",\"params\":{")
                    .contains("\"state\":\"uplink\"");
            assertThat(client.error(request("watch")).message()).isEqualTo("this connection watches already");
            assertThat(client.error(request("uplink_eat")).code()).isEqualTo(Response.METHOD_NOT_FOUND);
            calls.change("offline");
            assertThat(client.line()).contains("\"state\":\"offline\"");
        }
        await(() -> calls.watchers.size() == 0);
    }

    @Test
    void aWatcherThatTakesNothingIsHungUpOnAndHoldsNobodyUp() throws Exception {
        serveWith(limits(30, 1, 600));
        try (Client stuck = new Client();
                Client other = new Client()) {
            assertThat(stuck.line(request("watch"))).contains("direct");
            assertThat(other.line(request("watch"))).contains("direct");
            // far more than a socket buffers, so that the thread which writes is stuck
            for (int i = 0; i < 40; i++) {
                calls.change("x".repeat(100_000) + i);
                assertThat(other.line()).contains("x" + i + FakeCalls.AFTER_STATE);
            }
            await(() -> calls.watchers.size() == 1);
            calls.change("after");
            assertThat(other.line()).contains("after");
        }
    }

    @Test
    void aClientThatAsksButNeverReadsHoldsNobodyUp() throws Exception {
        serveWith(limits(30, 1, 600));
        var hungUp = new CompletableFuture<Boolean>();
        try (Client stuck = new Client()) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) stuck.send(request("uplink_eat_" + "x".repeat(60)) + "\n");
                } catch (IOException e) {
                    hungUp.complete(true);
                }
            });
            assertAnswers();
            assertThat(hungUp.get(20, TimeUnit.SECONDS)).isTrue();
            assertAnswers();
        }
    }

    @Test
    void aClientThatSaysNothingForLongIsHungUpOn() throws Exception {
        serveWith(limits(30, 10, 1));
        try (Client silent = new Client();
                Client watching = new Client()) {
            assertThat(watching.line(request("watch"))).contains("direct");
            silent.send("{\"jsonrpc\"");
            assertThatThrownBy(silent::line).isInstanceOf(IOException.class);
            calls.change("offline");
            assertThat(watching.line()).contains("offline");
        }
    }

    @Test
    void aCallThatTakesTooLongIsAnswered() throws Exception {
        serveWith(limits(1, 10, 600));
        try (Client client = new Client()) {
            assertThat(client.error(request("uplink_withdraw")))
                    .isEqualTo(new Response.Failure(Response.INTERNAL_ERROR, "no answer within 1 s"));
        }
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

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) Thread.sleep(10); // the class's time-out ends it
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
            return Wire.decode(Response.class, line());
        }

        String line(String question) throws IOException {
            send(question + "\n");
            return line();
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                while (in.hasRemaining()) {
                    char c = (char) in.get();
                    if (c == '\n') return line.toString();
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
