package org.wguplink.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallTest {
    private static final Params NODE_A = Params.peer("nodeA");

    /** @param expected the call, or the answer to what is none */
    record Case(String line, String expected) {}

    static Stream<Case> cases() {
        return Stream.of(
                call("\"id\":1,\"method\":\"status\"", "1", Method.STATUS, Params.NONE),
                call("\"id\":\"x-7\",\"method\":\"status\"", "\"x-7\"", Method.STATUS, Params.NONE),
                call("\"id\":null,\"method\":\"status\",\"params\":null", "null", Method.STATUS, Params.NONE),
                call("\"method\":\"uplink_add\",\"params\":{\"peer_id\":\"nodeA\"}", null, Method.UPLINK_ADD, NODE_A),
                call(
                        "\"id\":2,\"newer\":[{}],\"method\":\"uplink_add\","
                                + "\"params\":{\"peer_id\":\"nodeA\",\"newer\":{\"a\":[1]}}",
                        "2",
                        Method.UPLINK_ADD,
                        NODE_A),
                call("\"id\":3,\"method\":\"watch\",\"params\":{\"interval_s\":5}", "3", Method.WATCH, Params.watch(5)),
                wrong("{\"peer_id\":5}", "peer_id: found 5; expected a string"),
                wrong("{\"peer_id\":[]}", "peer_id: found []; expected a string"),
                wrong("{\"weight\":\"5\"}", "weight: found \"5\"; expected an integer"),
                wrong("{\"weight\":5.5}", "weight: found 5.5; expected an integer"),
                wrong("{\"weight\":4294967301}", "weight: found 4294967301; expected an integer"),
                wrong("{\"enabled\":\"true\"}", "enabled: found \"true\"; expected true or false"),
                wrong("{\"enabled\":1}", "enabled: found 1; expected true or false"),
                wrong("[\"nodeA\"]", "params: expected an object with named parameters"),
                wrong("\"nodeA\"", "params: expected an object with named parameters"),
                error("\"id\":4,\"method\":7", "4", -32600, "method is not a string"),
                error("\"id\":4", "4", -32600, "method is not a string"),
                error(
                        "\"id\":{},\"method\":\"status\"",
                        "null",
                        -32600,
                        "id is not a number or a string of at most 100 characters"),
                error("\"id\":\"\\n\",\"method\":\"eat\"", "\"\\n\"", -32601, "no method 'eat'"),
                new Case("{\"jsonrpc\":\"2.0\",\"method\":\"eat\"}", "nothing"),
                new Case("{\"jsonrpc\":\"2.0\",\"method\":\"uplink_add\",\"params\":[]}", "nothing"),
                new Case("{\"id\":7,\"method\":\"status\"}", answer("7", -32600, "expected \"jsonrpc\":\"2.0\"")),
                new Case(
                        "{\"jsonrpc\":2.0,\"id\":7,\"method\":\"status\"}",
                        answer("7", -32600, "expected \"jsonrpc\":\"2.0\"")),
                new Case("[]", answer("null", -32700, "not a JSON object")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isReadStrictlyWhereItIsKnown(Case row) {
        assertThat(read(row.line())).isEqualTo(row.expected());
    }

    @Test
    void aLongIdIsNotEchoed() {
        String line = "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"status\"}".formatted("x".repeat(101));
        assertThat(read(line)).startsWith("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600");
    }

    private static String read(String line) {
        try {
            return Call.read(line).toString();
        } catch (Call.BadCallException e) {
            return e.answer().map(Response::line).orElse("nothing");
        }
    }

    private static Case call(
            String members, @org.jspecify.annotations.Nullable String id, Method method, Params params) {
        return new Case(
                "{\"jsonrpc\":\"2.0\"," + members + "}", new Call(Optional.ofNullable(id), method, params).toString());
    }

    private static Case wrong(String params, String message) {
        return error("\"id\":9,\"method\":\"uplink_add\",\"params\":" + params, "9", -32602, message);
    }

    private static Case error(String members, String id, int code, String message) {
        return new Case("{\"jsonrpc\":\"2.0\"," + members + "}", answer(id, code, message));
    }

    private static String answer(String id, int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":%s}}"
                .formatted(id, code, Wire.encode(message));
    }
}
