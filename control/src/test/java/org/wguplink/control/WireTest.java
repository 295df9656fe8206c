package org.wguplink.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.control.Wire.WireException;

class WireTest {
    private static final Uplink UPLINK = new Uplink(
            "nodeA", true, "ready", 100, 8.25, 100, "fiber", "wgu1", "wan", "rides wan", 90L, "line\none \"two\"");
    private static final Status STATUS = new Status(
            "0.1.0",
            "nodeC",
            42,
            "uplink",
            "nodeA",
            "wan is down",
            "2026-02-28T12:00:00Z",
            true,
            new Status.Wan("wan", "down", false, null, null, null),
            List.of(new Status.Wan("wan", "down", false, null, null, null)),
            null,
            List.of("10.9.0.1"),
            new Status.Offering(
                    true, false, "borrowing", null, List.of(new Status.Consumer("nodeB", "10.9.0.2", 1, 2, 3))),
            new Status.Mesh(null, 3, 7, 4, null),
            List.of(UPLINK),
            List.of("etc/config/wireguard-uplink, line 3: option 'x' is not known and does nothing"),
            List.of(),
            List.of(),
            List.of(new Status.Share("wan", 3, true, null), new Status.Share("wan2", 1, false, "is down")),
            new Status.Ipv6("wan", null));

    @Test
    void everyMessageComesBackAsItWent() throws Exception {
        roundTrip(STATUS);
        roundTrip(new UplinkList(List.of(UPLINK)));
        roundTrip(new Done(true, "done"));
        roundTrip(new TestResult(
                false,
                "nodeA",
                null,
                3,
                0,
                null,
                "tunnel",
                "no reply",
                List.of(new TestStage(
                        "tunnel",
                        "failed",
                        "silence",
                        List.of(new TestProbe("icmp", "10.0.0.1", false, null, null))))));
        roundTrip(Notification.of(Notification.STATUS, STATUS));
        roundTrip(Request.of(1, Method.UPLINK_ADD, Params.peer("nodeA")));
        roundTrip(Request.of(2, Method.UPLINK_FAILOVER, new Params(null, 5, false)));
        roundTrip(Response.error(null, Response.PARSE_ERROR, "not JSON"));
    }

    @Test
    void namesAreTheSpecifications() {
        assertThat(Wire.encode(Request.of(7, Method.UPLINK_SET_PRIORITY, new Params("nodeA", 5, null))))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"uplink_set_priority\","
                        + "\"params\":{\"peer_id\":\"nodeA\",\"weight\":5}}");
    }

    @Test
    void aMessageIsOneLine() {
        assertThat(Wire.encode(STATUS)).doesNotContain("\n");
        assertThat(Wire.pretty(STATUS)).contains("\n");
    }

    @Test
    void aResultTravelsAsItIs() throws Exception {
        String result = Wire.encode(STATUS);
        String line = Response.result("3", result).line();
        assertThat(line).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":" + result + "}");
        Response response = Wire.decode(Response.class, line);
        assertThat(response.error()).isNull();
        assertThat(Wire.decode(Status.class, String.valueOf(response.result()))).isEqualTo(STATUS);
    }

    @Test
    void unknownFieldsOfNewerNodesAreSkipped() throws Exception {
        assertThat(Wire.decode(Done.class, "{\"success\":true,\"newer\":{\"a\":[1]},\"message\":\"m\"}"))
                .isEqualTo(new Done(true, "m"));
    }

    @Test
    void aStatusOfAnOlderNodeHasNoTroubleWithItsConfiguration() throws Exception {
        String older = Wire.encode(STATUS).replaceAll(",\"config_trouble\":\\[.*?]", "");
        assertThat(older).doesNotContain("config_trouble");
        assertThat(Wire.decode(Status.class, older).configTrouble()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "null",
                "[]",
                "{",
                "{\"id\":\"x\"",
                "\"text\"",
                "{\"jsonrpc\":\"2.0\",\"error\":7}"
            })
    void garbageIsRefused(String line) {
        assertThatThrownBy(() -> Wire.decode(Response.class, line)).isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @EnumSource
    void methodsAreFoundByTheirName(Method method) {
        assertThat(Method.of(method.wireName())).contains(method);
        assertThat(Method.of(method.name())).isEmpty();
    }

    @Test
    void theBuildWroteItsVersion() {
        assertThat(Version.text()).matches("\\d+\\.\\d+\\.\\d+");
    }

    private static void roundTrip(Object message) throws WireException {
        assertThat(Wire.<Object>decode(cast(message.getClass()), Wire.encode(message)))
                .isEqualTo(message);
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> cast(Class<?> type) {
        return (Class<Object>) type;
    }
}
