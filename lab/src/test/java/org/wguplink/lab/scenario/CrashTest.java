package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** A daemon that is killed leaves the kernel forwarding; cleaning removes what is ours, and that alone. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashTest {
    private static final Duration AFTER = Duration.ofSeconds(2);
    /** What the user of C had before us, some of it close to the numbers that are ours. */
    private static final List<List<String>> FOREIGN = List.of(
            List.of("ip", "rule", "add", "pref", "5320", "from", "192.0.2.1", "lookup", "100"),
            List.of("ip", "-6", "rule", "add", "pref", "5208", "from", "2001:db8:99::1", "lookup", "100"),
            List.of("ip", "rule", "add", "pref", "900", "fwmark", "0x1/0xff", "lookup", "57450"),
            List.of("ip", "route", "add", "198.51.100.0/24", "dev", "lan", "table", "100"),
            List.of("ip", "route", "add", "203.0.113.0/24", "dev", "lan", "table", "57450"),
            List.of("ip", "-6", "route", "add", "2001:db8:99::/64", "dev", "lan", "table", "100"),
            List.of("ip", "link", "add", "wgup0", "type", "veth", "peer", "name", "wgup1"),
            List.of(
                    "nft",
                    "table inet wguplink_of_mine { chain input { type filter hook input priority 0; accept; }; }"));

    private Lab lab;
    private LabNode a;
    private LabNode c;
    private List<String> before;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        c = lab.node("C");
        for (List<String> command : FOREIGN)
            c.run(command.toArray(String[]::new)).orThrow();
        before = kernel(c);
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a, lab.node("B")));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void aDaemonKilledOnTheOwnWanIsNotNoticedAndASecondOneIsRefused() throws Exception {
        try (OutageMeter meter = meter(c)) {
            awaitSteady(meter, c);
            assertThat(lostOverKill(meter)).as("packets lost by the kill").isZero();
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Facts.awaitUplink(c, a, "ready");
            assertThat(c.status().state()).isEqualTo("direct");
            assertThat(exits(meter))
                    .as("exits of the flow")
                    .containsExactly(c.site().number());
        }
        Command.Result second = c.runDaemon();
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err()).contains("uplinkd is already running with these files");
        assertThat(c.status().state()).isEqualTo("direct");
    }

    @Test
    @Order(2)
    void aDaemonKilledWhileBorrowingLeavesTheTrafficOnItsUplink() throws Exception {
        try (OutageMeter meter = meter(c);
                Cut _ = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            awaitSteady(meter, a);
            assertThat(lostOverKill(meter)).as("packets lost by the kill").isZero();
            assertThat(Facts.exitOfLan(c)).as("a new flow").isEqualTo(a.site().wan4());
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Facts.awaitVia(c, a);
            assertThat(Facts.exitOfLan(c))
                    .as("a new flow after the restart")
                    .isEqualTo(a.site().wan4());
        }
    }

    @Test
    @Order(3)
    void cleaningIsRefusedWhileTheDaemonRuns() throws Exception {
        Command.Result result = c.cleanupDaemon();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("uplinkd is already running with these files");
        assertThat(Facts.ourDevices(c)).isNotEmpty();
    }

    @Test
    @Order(4)
    void cleaningRemovesAllThatIsOursAndNothingElse() throws Exception {
        c.stopDaemon();
        assertThat(Facts.ourDevices(c)).contains("wgup-nodeA", "wgup-serve");
        assertThat(Facts.ourRules(c)).isNotEmpty();
        assertThat(Facts.ourRoutes(c)).isNotEmpty();
        assertThat(Facts.ruleset(c)).contains("table inet wguplink {");
        assertThat(c.cleanupDaemon()).returns(0, Command.Result::exit);
        assertNothingOfOurs();
        assertThat(c.cleanupDaemon()).as("the second time").returns(0, Command.Result::exit);
        assertThat(kernel(c)).isEqualTo(before);
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
    }

    @Test
    @Order(5)
    void aCleanedNodeStartsAgainAsIfNothingHadBeen() throws Exception {
        c.startDaemon();
        MeshSetup.awaitAnswer(c);
        Facts.awaitUplink(c, a, "ready");
        c.killDaemon();
        assertThat(c.cleanupDaemon()).as("after kill -9").returns(0, Command.Result::exit);
        assertNothingOfOurs();
    }

    private void assertNothingOfOurs() throws Exception {
        assertThat(Facts.ourDevices(c)).isEmpty();
        assertThat(Facts.ourRules(c)).isEmpty();
        assertThat(Facts.ourRoutes(c)).isEmpty();
        assertThat(Facts.ruleset(c)).doesNotContain("table inet wguplink {");
        Await.until("no wireguard-go runs at C", Facts.SOON, c, () -> {
            List<String> left = Facts.wireGuardProcesses(c);
            return Await.Seen.when(left.isEmpty(), left);
        });
        assertThat(c.run("ls", "/run/wireguard").orThrow()).isEmpty();
    }

    private long lostOverKill(OutageMeter meter) throws Exception {
        MonoTime killed = meter.timeline().now();
        c.killDaemon();
        assertThat(c.isDaemonAlive()).isFalse();
        Await.pause(AFTER.plus(Timeline.GRACE).plusMillis(50));
        return meter.timeline().lost(killed, killed.plus(AFTER));
    }

    private static OutageMeter meter(LabNode node) throws Exception {
        return OutageMeter.start(node.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT);
    }

    private static void awaitSteady(OutageMeter meter, LabNode exit) throws Exception {
        Await.until("the LAN leaves by %s for a second".formatted(exit.peerId()), Facts.LATER, exit, () -> {
            Timeline all = meter.timeline();
            boolean steady = all.steadySince(exit.site().number())
                    .filter(since -> all.now().since(since).compareTo(Duration.ofSeconds(1)) > 0)
                    .isPresent();
            return Await.Seen.when(steady, all.exits(all.now().plus(Duration.ofSeconds(-2))));
        });
    }

    private static List<Integer> exits(OutageMeter meter) {
        Timeline all = meter.timeline();
        return all.exits(all.probes().getFirst().sent()).stream()
                .map(Timeline.Exit::exit)
                .toList();
    }

    /** All that a daemon could have changed, as text. */
    private static List<String> kernel(LabNode node) throws Exception {
        List<String> all = new ArrayList<>();
        for (List<String> command : List.of(
                List.of("ip", "-4", "rule"),
                List.of("ip", "-6", "rule"),
                List.of("ip", "-4", "route", "show", "table", "all"),
                List.of("ip", "-6", "route", "show", "table", "all"),
                List.of("ip", "-br", "addr"),
                List.of("nft", "list", "ruleset")))
            node.run(command.toArray(String[]::new))
                    .orThrow()
                    .lines()
                    .map(String::strip)
                    .forEach(all::add);
        return all;
    }
}
