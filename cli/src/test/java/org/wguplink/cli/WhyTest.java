package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.control.Status;
import org.wguplink.control.Why;
import org.wguplink.control.Why.Merits;
import org.wguplink.control.Why.Timers;
import org.wguplink.control.Wire;

class WhyTest {
    private static final String SINCE = ", since 12:03:04";
    private static final String ORDER = "weight first; then the rest";

    private static final Why.Path WAN = new Why.Path(
            "wan",
            "wan",
            "down",
            "the cable is out",
            null,
            null,
            null,
            2,
            new Timers(null, 35.4, null, null, null, null),
            null);
    private static final Why.Path A = new Why.Path(
            "nodeA",
            "uplink",
            "in_use",
            "carries new flows",
            1,
            null,
            null,
            0,
            new Timers(3000.0, null, null, null, null, null),
            new Merits(20, "eth1", true, null, "fiber", false, 0, null, null, 8.04, true, 48, true));
    private static final Why.Path B = new Why.Path(
            "nodeB",
            "uplink",
            "held",
            "answers again, and must hold before it is trusted, since it failed 2 times",
            2,
            "nodeA",
            "weight",
            2,
            new Timers(37.0, null, 23.0, 563.0, null, null),
            new Merits(10, "wan", false, "example telecom", "lte", true, 3, 1200L, 84, 41.2, false, 100, false));
    private static final Why.Path LONG = new Why.Path(
            "a-peer-id-with-as-many-as-sixty-three-characters-0123456789-abc",
            "uplink",
            "not_wanted",
            "2 are kept ready (min_uplinks), and it comes after nodeB: its latency is 412 ms, that of nodeB is 41 ms",
            3,
            "nodeB",
            "latency",
            0,
            new Timers(null, null, null, null, null, 40.0),
            new Merits(10, null, false, null, "unknown", false, 0, null, null, null, false, null, false));
    private static final Why.Path D = new Why.Path(
            "nodeD",
            "uplink",
            "unavailable",
            "it lends no more:\u001b[2J its quota of 500 MB for this month is used up",
            null,
            null,
            null,
            0,
            new Timers(null, null, null, null, 12.0, null),
            null);

    @TempDir
    Path root;

    record Case(String name, Why why) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "uplink",
                        why("uplink", "nodeA", "wan is down: the cable is out", true, "nodeB", WAN, A, B, LONG, D)),
                new Case("direct", why("direct", "wan", "the own WAN is stable again", true, "nodeA")),
                new Case("alone", why("direct", "wan", "just started", true, null)),
                new Case("disabled", why("direct", "wan", "failover is disabled", false, "nodeA")),
                new Case(
                        "offline",
                        why("offline", "wan", "the own WAN is down, and no uplink is ready", true, null, WAN)),
                new Case("none", why("direct", null, "just started", true, null)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whyIsAsReviewed(Case row) throws Exception {
        Golden.check("why-" + row.name(), WhyText.of(row.why(), SINCE, true));
    }

    @Test
    void onePathIsAskedForByItsName() throws Exception {
        Why one = why("uplink", "nodeA", "wan is down", true, null, A);
        try (var daemon = FakeDaemon.result(root, Wire.encode(one))) {
            Run run = Run.on(root, "uplink", "why", "nodeA");
            assertThat(run.exit()).isZero();
            assertThat(run.out()).contains("  nodeA       in use").doesNotContain(ORDER);
            assertThat(Run.on(root, "uplink", "why").out()).contains(ORDER);
            assertThat(Run.on(root, "--json", "uplink", "why")).isEqualTo(new Run(0, Wire.encode(one) + "\n", ""));
            assertThat(daemon.requests().getFirst()).contains("\"uplink_why\"").contains("\"peer_id\":\"nodeA\"");
            assertThat(daemon.requests().getLast()).doesNotContain("peer_id");
        }
        assertThat(Run.on(root, "uplink", "why", "nodeA", "nodeB").err()).contains("'nodeB' is one word too many");
    }

    @Test
    void ipv6IsSaidWhileItGoesAnotherWay() {
        Why both = why("uplink", "nodeA", "wan is down", true, null, A);
        var parted = new Why(
                both.state(),
                both.inUse(),
                both.reason(),
                both.since(),
                true,
                null,
                List.of(),
                ORDER,
                2,
                new Status.Ipv6("nodeB", "wan is down: no answer from the internet by IPv6"),
                both.paths());
        assertThat(WhyText.of(both, SINCE, false)).doesNotContain("IPv6");
        assertThat(WhyText.of(parted, SINCE, false))
                .contains("\nIPv6: by nodeB: wan is down: no answer from the internet by IPv6.\n");
    }

    @Test
    void whoTakesAShareOfNewFlowsIsSaidAndWhoDoesNot() {
        Why one = why("direct", "wan", "just started", true, null);
        var shared = new Why(
                one.state(),
                one.inUse(),
                one.reason(),
                one.since(),
                true,
                null,
                List.of(
                        new Status.Share("wan", 3, true, null),
                        new Status.Share("wan2", 1, true, null),
                        new Status.Share("nodeA", 2, false, "is down: no answer")),
                ORDER,
                2,
                null,
                List.of());
        assertThat(WhyText.of(one, SINCE, false)).doesNotContain("Balance");
        assertThat(WhyText.of(shared, SINCE, false).replaceAll("\\s+", " "))
                .contains(
                        " Balance: new flows of the LAN are shared by weight: wan 3, wan2 1; nodeA is down: no answer.");
        assertThat(StatusText.balance(shared.balance().subList(2, 3)))
                .isEqualTo("new flows of the LAN are not shared; nodeA is down: no answer");
    }

    private static Why why(
            String state,
            @Nullable String inUse,
            String reason,
            boolean enabled,
            @Nullable String next,
            Why.Path... paths) {
        return new Why(
                state, inUse, reason, "2026-02-28T12:03:04Z", enabled, next, List.of(), ORDER, 2, null, List.of(paths));
    }
}
