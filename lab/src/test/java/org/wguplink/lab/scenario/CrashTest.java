package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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

/**
 * A daemon that is killed leaves the kernel forwarding, and the next one goes on where it was; cleaning removes what is
 * ours, and that alone.
 */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashTest {
    /** How long nobody is there. */
    private static final Duration DOWN = Duration.ofMillis(700);

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

    /** Ours, of a run that nobody remembers: an older version, or a peer that is no longer in the configuration. */
    private static final List<List<String>> FORGOTTEN = List.of(
            List.of("ip", "-6", "rule", "add", "pref", "5399", "lookup", "57431", "protocol", "213"),
            List.of(
                    "ip",
                    "rule",
                    "add",
                    "pref",
                    "5318",
                    "fwmark",
                    "0x8000000/0x3f000000",
                    "lookup",
                    "57408",
                    "proto",
                    "213"),
            List.of("ip", "-6", "route", "add", "unreachable", "default", "table", "57431", "proto", "213"),
            List.of("ip", "route", "add", "unreachable", "default", "table", "57408", "proto", "213"),
            List.of("wireguard-go", "wgup-forgotten"));

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
    void aRestartOnTheOwnWanIsNotNoticedAndASecondDaemonIsRefused() throws Exception {
        try (OutageMeter meter = meter(c)) {
            awaitSteady(meter, c);
            restartUnnoticed(meter, c, "direct");
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
    void aRestartWhileBorrowingOrLendingOrHoldingDownIsNotNoticed() throws Exception {
        try (OutageMeter meter = meter(c);
                Cut cut = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            awaitSteady(meter, a);
            restartUnnoticed(meter, c, "uplink");
            assertThat(Facts.exitOfLan(c)).as("a new flow").isEqualTo(a.site().wan4());
            restartUnnoticed(meter, a, "direct");
            assertThat(Facts.exitOfLan(c)).as("a new flow").isEqualTo(a.site().wan4());
            cut.heal();
            Await.until(
                    "the WAN of C holds",
                    Facts.SOON,
                    c,
                    () -> Await.Seen.when(
                            c.status().wan().state().equals("recovering"),
                            c.status().wan()));
            MonoTime killed = meter.timeline().now();
            Imprint before = Imprint.of(c);
            c.killDaemon();
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Imprint.of(c).assertAsBefore(before);
            assertThat(c.status().via()).as("while it holds").isEqualTo(a.peerId());
            Facts.awaitState(c, "direct");
            Await.pause(Timeline.GRACE.plusMillis(50));
            Timeline all = meter.timeline();
            assertThat(all.lost(killed, all.now()))
                    .as("packets of the pinned flow")
                    .isZero();
        }
    }

    @Test
    @Order(3)
    void aRestartWithoutAnyInternetChangesNothingAndTheInternetComesBack() throws Exception {
        try (OutageMeter meter = meter(c)) {
            awaitSteady(meter, c);
            try (Cut _ = c.cut(Fault.VANISH)) {
                Facts.awaitState(c, "offline");
                Imprint before = Imprint.of(c);
                c.killDaemon();
                c.startDaemon();
                MeshSetup.awaitAnswer(c);
                Facts.awaitState(c, "offline");
                Imprint.of(c).assertAsBefore(before);
            }
            awaitSteady(meter, c);
        }
    }

    @Test
    @Order(4)
    void cleaningIsRefusedWhileTheDaemonRuns() throws Exception {
        Command.Result result = c.cleanupDaemon();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("uplinkd is already running with these files");
        assertThat(Facts.ourDevices(c)).isNotEmpty();
    }

    @Test
    @Order(5)
    void cleaningRemovesAllThatIsOursAndNothingElse() throws Exception {
        for (List<String> command : FORGOTTEN)
            c.run(command.toArray(String[]::new)).orThrow();
        c.killDaemon();
        assertThat(Facts.ourDevices(c)).contains("wgup-nodeA", "wgup-serve");
        assertThat(Facts.ourRules(c)).isNotEmpty();
        assertThat(Facts.ourRoutes(c)).isNotEmpty();
        assertThat(Facts.ruleset(c)).contains("table inet wguplink {");
        assertThat(c.cleanupDaemon()).returns(0, Command.Result::exit);
        assertNothingOfOurs();
        assertThat(c.cleanupDaemon()).as("the second time").returns(0, Command.Result::exit);
        assertThat(kernel(c)).isEqualTo(before);
        Path root = c.root();
        assertThat(root.resolve("var/run/wireguard-uplinks.json")).doesNotExist();
        assertThat(root.resolve("var/run/wireguard-uplink/control.sock")).doesNotExist();
        assertThat(root.resolve("etc/wireguard-uplink/identity.key")).exists();
        assertThat(root.resolve("etc/wireguard-uplink/tunnels/wgup-nodeA.key")).exists();
        assertThat(root.resolve("var/lib/wireguard-uplink/paths.json")).exists();
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
    }

    @Test
    @Order(6)
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

    /** Kills and starts a node's daemon under the flow of C's LAN. */
    private void restartUnnoticed(OutageMeter meter, LabNode node, String state) throws Exception {
        Imprint before = Imprint.of(node);
        boolean lends = node.status().offering().active();
        MonoTime killed = meter.timeline().now();
        node.killDaemon();
        assertThat(node.isDaemonAlive()).isFalse();
        Await.pause(DOWN);
        node.startDaemon();
        MeshSetup.awaitAnswer(node);
        Await.until("%s is as it was".formatted(node.peerId()), Facts.LATER, node, () -> {
            var now = node.status();
            boolean back = now.state().equals(state)
                    && now.offering().active() == lends
                    && !now.wan().state().equals("absent")
                    && now.mesh().members() == lab.nodes().size()
                    && now.uplinks().stream().noneMatch(u -> u.state().equals("connecting"));
            return Await.Seen.when(back, now);
        });
        Await.pause(AFTER.plus(Timeline.GRACE));
        Imprint.of(node).assertAsBefore(before);
        Timeline all = meter.timeline();
        assertThat(all.lost(killed, all.now()))
                .as("packets lost while %s was killed and started", node.peerId())
                .isZero();
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
