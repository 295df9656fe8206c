package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.control.Status;
import org.wguplink.control.Status.Consumer;
import org.wguplink.control.Status.Mesh;
import org.wguplink.control.Status.Offering;
import org.wguplink.control.Status.Wan;
import org.wguplink.control.Uplink;

class RenderTest {
    private static final String SINCE = ", since 12:03:04";
    private static final Mesh MESH = new Mesh("192.0.2.3:4801", 4, 7, 4, null);
    private static final Offering NOT_LENDING = new Offering(false, false, null, null, List.of());
    private static final Wan WAN = new Wan("wan", "up", true, 12.2, null, null);
    private static final Wan CUT = new Wan("wan", "down", false, null, null, "the cable is out");

    private static final Uplink A = new Uplink(
            "nodeA",
            true,
            "active",
            100,
            8.0,
            100,
            "fiber",
            "wgu0a1b2c3d",
            "eth1",
            "helps when wan dies: rides eth1",
            271L,
            null);
    private static final Uplink B = new Uplink(
            "nodeB",
            true,
            "ready",
            50,
            21.4,
            0,
            "unknown",
            "wgu11223344",
            "wan",
            "rides wan: no help if wan's link dies",
            90L,
            null);
    private static final Uplink D = new Uplink(
            "nodeD",
            false,
            "unavailable",
            100,
            null,
            20,
            "lte",
            null,
            null,
            null,
            null,
            "it withdrew its offer: its own WAN is down, and a node that borrows does not lend what it borrows to others");
    private static final Uplink E =
            new Uplink("nodeE", false, "available", 100, null, 50, "dsl", null, null, null, null, null);
    private static final Uplink LONG = new Uplink(
            "a-peer-id-with-as-many-as-sixty-three-characters-0123456789-abc",
            true,
            "connecting",
            1000,
            1234.5,
            1_000_000,
            "satellite",
            "wgu0123456789ab",
            "enp0s31f6.12345",
            "rides enp0s31f6.12345: no help if that link dies",
            null,
            "no handshake yet: the peer answered over the mesh,\u001b[2J but nothing came back through the tunnel so far");

    record Case(String name, Status status) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> statuses() {
        var lending = new Offering(
                true,
                true,
                null,
                "wan",
                List.of(
                        new Consumer("nodeB", "10.99.0.2", 85, 1_234_567, 30_400_000),
                        new Consumer("nodeD", "10.99.0.6", 3600 * 3, 12, 999_999)));
        var borrowing = new Offering(true, false, "a node that borrows does not lend", "wan", List.of());
        var recovering = new Wan("wan", "recovering", true, 14.0, 42.4, "flapped 3 times in 10 minutes");
        var silent = new Wan("wan", "down", true, null, null, "no reply from 4 targets");
        var none = new Wan(null, "absent", false, null, null, null);
        return Stream.of(
                row("direct", "direct", "", WAN, NOT_LENDING, B, D),
                row("direct-lending", "direct", "wan is up.", WAN, lending),
                row("uplink", "uplink", "wan is down: the cable is out", CUT, borrowing, A, B, D),
                row(
                        "recovering",
                        "uplink",
                        "wan was down: no reply from 4 targets in 3 s.",
                        recovering,
                        NOT_LENDING,
                        A),
                row(
                        "offline",
                        "offline",
                        "all tunnels ride wan, and wan is down: the cable is out. No switching can help"
                                + " until that link or another one is back.",
                        CUT,
                        NOT_LENDING,
                        B),
                row(
                        "failover-off",
                        "direct",
                        "failover is off, and wan is down: no reply from 4 targets",
                        silent,
                        NOT_LENDING,
                        B,
                        LONG),
                row("fresh", "direct", "", none, NOT_LENDING),
                row("config-trouble", "direct", "", WAN, NOT_LENDING),
                row("ipv6-stays", "uplink", "wan is down: no answer from the internet", CUT, borrowing, A),
                row("ipv6-refused", "direct", "", WAN, NOT_LENDING, B));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void statusIsAsReviewed(Case row) throws Exception {
        Golden.check("status-" + row.name(), StatusText.of(row.status(), SINCE, false));
    }

    @Test
    void listIsAsReviewed() throws Exception {
        Golden.check("list", UplinkTable.of(List.of(A, B, D, LONG), false));
        Golden.check("list-none-added", UplinkTable.of(List.of(E, D), false));
        Golden.check("list-empty", UplinkTable.of(List.of(), false));
    }

    @Test
    void colourAddsNothingButColour() {
        String plain = UplinkTable.of(List.of(A, B, D), false);
        String coloured = UplinkTable.of(List.of(A, B, D), true);
        assertThat(coloured).contains("\u001b[1;32mactive").isNotEqualTo(plain);
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    @Test
    void controlCharactersOfOtherNodesDoNotReachTheTerminal() {
        assertThat(UplinkTable.of(List.of(LONG), false))
                .doesNotContain("\u001b")
                .contains("?[2J");
    }

    @ParameterizedTest
    @CsvSource({"0.04,0 ms", "0.4,0.4 ms", "8,8 ms", "9.94,9.9 ms", "9.96,10 ms", "1234.5,1235 ms"})
    void latencies(double ms, String text) {
        assertThat(Text.milliseconds(ms)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1000,1.0 kB", "1234567,1.2 MB", "999999,1.0 MB", "250000000000,250 GB"})
    void bytes(long bytes, String text) {
        assertThat(Text.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02-28T12:03:04Z,UTC,', since 12:03:04'",
        "2026-02-28T12:03:04.123456Z,Europe/Berlin,', since 13:03:04'",
        "2026-02-27T23:30:00Z,Europe/Berlin,', since 00:30:00'",
        "2026-02-27T22:30:00Z,Europe/Berlin,', since 2026-02-27 23:30:00'",
        "2024-02-29T23:59:59Z,UTC,', since 2024-02-29 23:59:59'",
        "2025-12-31T01:00:00Z,America/New_York,', since 2025-12-30 20:00:00'",
        "1970-01-01T00:00:00Z,UTC,', since 1970-01-01 00:00:00'",
        "yesterday,UTC,''"
    })
    void momentsAreLocal(String iso, String zone, String text) {
        long noon = Instant.parse("2026-02-28T12:30:00Z").getEpochSecond();
        assertThat(Times.since(iso, TimeZone.getTimeZone(zone), noon)).isEqualTo(text);
    }

    private static Case row(String name, String state, String reason, Wan wan, Offering offering, Uplink... uplinks) {
        @Nullable String via = state.equals("uplink") ? "nodeA" : null;
        Mesh mesh = name.equals("fresh") ? new Mesh(null, 1, 0, 0, null) : MESH;
        boolean failover = !name.equals("failover-off");
        Status.@Nullable Ipv6 ipv6 = switch (name) {
            case "ipv6-stays" -> new Status.Ipv6("wan", null);
            case "ipv6-refused" -> new Status.Ipv6(null, "no answer from the internet by IPv6");
            default -> null;
        };
        @Nullable
        List<String> trouble = name.equals("config-trouble")
                ? List.of(
                        "not in force: /etc/config/wireguard-uplink, line 7: wireguard-uplink 'uplink', option"
                                + " 'min_uplinks': found 'many'; expected an integer from 0 to 28",
                        "/etc/config/wireguard-uplink, line 9: option 'ofer' is not known and does nothing")
                : null;
        return new Case(
                name,
                new Status(
                        "0.1.0",
                        "nodeC",
                        42,
                        state,
                        via,
                        reason,
                        "2026-02-28T12:03:04Z",
                        failover,
                        wan,
                        List.of(wan),
                        state.equals("direct") ? wan.device() : null,
                        state.equals("uplink") ? List.of("10.205.107.1", "fd64:7b:6a::1") : null,
                        offering,
                        mesh,
                        List.of(uplinks),
                        trouble,
                        List.of(),
                        List.of(),
                        List.of(),
                        ipv6));
    }
}
