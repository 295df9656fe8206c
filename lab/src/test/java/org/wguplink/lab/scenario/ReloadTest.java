package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** The configuration changes while a host in the LAN sends every 5 ms: by hand and by wgctl, at home and while borrowing. */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReloadTest {
    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private HandEdit hand;
    private OutageMeter meter;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
        hand = new HandEdit(c);
        meter = OutageMeter.start(c.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT);
        awaitSteady(c);
    }

    @AfterAll
    void close() throws Exception {
        if (meter != null) meter.close();
        lab.close();
    }

    @Test
    @Order(1)
    void noEditCostsAPacketOfTheOwnWan() throws Exception {
        assertThat(lostByEdits(c)).isZero();
    }

    @Test
    @Order(2)
    void uplinksThatAreKeptReadyAreAskedAtLeastEveryCheckInterval() throws Exception {
        hand.option("check_interval", "1");
        Await.until("the uplink is asked every second", Facts.LATER, c, () -> {
            long before = sentBy("wgup-nodeA");
            Await.pause(Duration.ofSeconds(5));
            long sent = sentBy("wgup-nodeA") - before;
            // the usual pace makes three at most
            return Await.Seen.when(sent >= 4, sent + " packets in 5 s");
        });
    }

    @Test
    @Order(3)
    void noEditCostsAPacketOfAnUplink() throws Exception {
        try (Cut _ = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            awaitSteady(a);
            assertThat(lostByEdits(a)).isZero();
            assertThat(lostByMeetingTheMeshAnew()).isZero();
        }
    }

    @Test
    @Order(4)
    void anotherWanAndOtherTargetsTakeEffectAtOnce() throws Exception {
        hand.line("list wan", "list wan 'mesh0'");
        awaitWan("absent", "down");
        Facts.awaitVia(c, a);
        hand.line("list wan", "list wan 'wan'");
        awaitWan("recovering", "up");
        assertThat(c.status().wan().device()).isEqualTo("wan");

        hand.line("list track_ip", "list track_ip '192.0.2.1'\n\tlist track_ip '192.0.2.2'");
        // its own traffic keeps the uplink alive
        awaitWan("down");
        hand.line("list track_ip", "");
        awaitWan("recovering", "up");
        Facts.awaitUplink(c, a, "ready", "active");
    }

    @Test
    @Order(5)
    void anEditThatCannotBeUsedChangesNothingAndIsPartOfTheStatusUntilItIsMended() throws Exception {
        String good = hand.text();
        hand.option("min_uplinks", "many");
        String why =
                "%s, line 2: wireguard-uplink 'uplink', option 'min_uplinks': found 'many'; expected an integer from 0 to 28"
                        .formatted(hand.file());
        awaitTrouble("not in force: " + why);
        assertThat(c.wgctl("status").orThrow().replaceAll("\\s+", " "))
                .contains("config not in force:", "found 'many'; expected an integer from 0 to 28");
        assertThat(Facts.uplink(c, a).state()).isIn("ready", "active");
        Command.Result refused = c.wgctl("uplink", "priority", "nodeA", "5");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err().replaceAll("\\s+", " ")).contains("not saved, nothing is changed: ", "found 'many'");

        hand.save(good.replace("\toption offer '1'\n", "\toption ofer '1'\n\toption offer '1'\n"));
        Await.until("the misspelt option is named", Facts.SOON, c, () -> {
            List<String> said = trouble();
            return Await.Seen.when(said.size() == 1 && said.getFirst().endsWith("did you mean 'offer'?"), said);
        });
        hand.save(good);
        Await.until(
                "nothing is wrong",
                Facts.SOON,
                c,
                () -> Await.Seen.when(trouble().isEmpty(), trouble()));
        hand.option("peer_id", "nodeX");
        Await.until("the other name is noticed", Facts.SOON, c, () -> {
            List<String> said = trouble();
            return Await.Seen.when(
                    said.equals(List.of(
                            "option 'peer_id' is 'nodeX', but this node is 'nodeC' by its key, and that counts")),
                    said);
        });
        hand.save(good);
        assertThat(c.status().peerId()).isEqualTo("nodeC");
    }

    @Test
    @Order(6)
    void withoutUplinksKeptReadyOneIsMadeWhenItIsNeeded() throws Exception {
        c.wgctl("uplink", "remove", "nodeA").orThrow();
        hand.option("min_uplinks", "0");
        Await.until(
                "no tunnel is left at C",
                Facts.SOON,
                c,
                () -> Await.Seen.when(!Facts.ourDevices(c).contains("wgup-nodeA"), Facts.ourDevices(c)));
        c.wgctl("uplink", "add", "nodeA", "--yes").orThrow();
        Await.pause(Duration.ofSeconds(1));
        assertThat(Facts.ourDevices(c)).doesNotContain("wgup-nodeA");
        try (Cut _ = c.cut(Fault.CARRIER)) {
            Facts.awaitVia(c, a);
        }
    }

    @Test
    @Order(7)
    void anotherPortIsTakenUnlessAnotherProgramHasIt() throws Exception {
        HandEdit provider = new HandEdit(a);
        provider.option("listen_port", "51999");
        Await.until("A serves on port 51999", Facts.SOON, a, () -> {
            String port =
                    a.run("wg", "show", "wgup-serve", "listen-port").orThrow().strip();
            return Await.Seen.when(port.equals("51999"), port);
        });
        try (DatagramSocket other = InNamespace.call(a.namespace(), () -> new DatagramSocket(51_998))) {
            provider.option("listen_port", "51998");
            Await.until("A says that the port is taken", Facts.SOON, a, () -> {
                List<String> said = trouble(a);
                return Await.Seen.when(
                        List.of("option 'listen_port': UDP port 51998 is in use by another program;"
                                        + " consumers are served on 51999")
                                .equals(said),
                        said);
            });
            assertThat(other.isBound()).isTrue();
            assertThat(a.status().offering().active()).isTrue();
        }
        Await.until("A serves on port 51998", Facts.LATER, a, () -> {
            String port =
                    a.run("wg", "show", "wgup-serve", "listen-port").orThrow().strip();
            return Await.Seen.when(port.equals("51998"), port);
        });
    }

    @Test
    @Order(8)
    void theServiceIsSwitchedOffAndOnAgainAtRunTime() throws Exception {
        hand.option("min_uplinks", "1");
        Facts.awaitUplink(c, a, "ready", "active");
        hand.option("enabled", "0");
        Await.until("nothing of ours is left at C", Facts.LATER, c, () -> {
            List<String> left = new java.util.ArrayList<>(Facts.ourDevices(c));
            left.addAll(Facts.ourRules(c));
            left.addAll(Facts.ourRoutes(c));
            return Await.Seen.when(left.isEmpty() && !Facts.ruleset(c).contains("table inet wguplink {"), left);
        });
        Await.pause(Duration.ofSeconds(2));
        assertThat(Facts.ourDevices(c)).isEmpty();
        hand.option("enabled", "1");
        Facts.awaitUplink(c, a, "ready", "active");
    }

    /** Each kind of edit, and its effect awaited; how many packets of the flow they cost. */
    private long lostByEdits(LabNode exit) throws Exception {
        MonoTime since = meter.timeline(Duration.ofSeconds(1)).now();
        hand.weight(a, 70);
        awaitWeight(70);
        c.wgctl("uplink", "priority", "nodeA", "60").orThrow();
        awaitWeight(60);
        hand.option("min_uplinks", "1");
        hand.option("check_interval", "7");
        hand.line("list track_ip", "list track_ip '1.1.1.1'\n\tlist track_ip '9.9.9.9'");
        hand.option("min_uplinks", "3");
        c.wgctl("uplink", "add", "nodeB", "--yes").orThrow();
        Facts.awaitUplink(c, b, "ready");
        hand.line("list track_ip", "");
        c.wgctl("uplink", "priority", "nodeB", "5").orThrow();
        // two at the same time: neither is lost
        Path file = hand.file();
        hand.weight(a, 65);
        c.wgctl("uplink", "priority", "nodeB", "6").orThrow();
        awaitWeight(65);
        assertThat(Facts.uplink(c, b).weight()).isEqualTo(6);
        hand.removePeer(b);
        Await.until(
                "nodeB is no uplink of C",
                Facts.SOON,
                c,
                () -> Await.Seen.when(!Facts.ourDevices(c).contains("wgup-nodeB"), Files.readString(file)));
        MonoTime until = meter.timeline(Duration.ofSeconds(1)).now();
        Await.pause(Timeline.GRACE.plusMillis(100));
        Timeline all = meter.timeline();
        assertThat(all.exits(since))
                .extracting(Timeline.Exit::exit)
                .as("exits of the flow")
                .containsExactly(exit.site().number());
        return all.lost(since, until);
    }

    private long lostByMeetingTheMeshAnew() throws Exception {
        MonoTime since = meter.timeline(Duration.ofSeconds(1)).now();
        hand.save(hand.text().replace("\tlist seed ", "\tlist seed '10.250.0.99:7900'\n\tlist seed "));
        Await.until("C has joined the mesh again", Facts.LATER, c, () -> {
            long joined = c.daemonLog(500)
                    .lines()
                    .filter(line -> line.contains("mesh: joined as nodeC"))
                    .count();
            return Await.Seen.when(joined == 2, joined);
        });
        MonoTime until = meter.timeline(Duration.ofSeconds(1)).now();
        Await.pause(Timeline.GRACE.plusMillis(100));
        return meter.timeline().lost(since, until);
    }

    private void awaitWeight(int weight) throws Exception {
        Await.until("nodeA has weight " + weight, Facts.SOON, c, () -> {
            int now = Facts.uplink(c, a).weight();
            return Await.Seen.when(now == weight, now);
        });
    }

    private void awaitWan(String... states) throws Exception {
        Await.until("the WAN is " + String.join(" or ", states), Facts.LATER, c, () -> {
            Status.Wan now = c.status().wan();
            return Await.Seen.when(List.of(states).contains(now.state()), now);
        });
    }

    private void awaitTrouble(String expected) throws Exception {
        Await.until(
                "status says " + expected,
                Facts.SOON,
                c,
                () -> Await.Seen.when(trouble().contains(expected), trouble()));
    }

    private List<String> trouble() throws IOException {
        return trouble(c);
    }

    private static List<String> trouble(LabNode node) throws IOException {
        List<String> trouble = node.status().configTrouble();
        return trouble == null ? List.of() : trouble;
    }

    private long sentBy(String device) throws IOException {
        return Long.parseLong(c.run("cat", "/sys/class/net/" + device + "/statistics/tx_packets")
                .orThrow()
                .strip());
    }

    private void awaitSteady(LabNode exit) throws Exception {
        Await.until("the LAN leaves by %s for a second".formatted(exit.peerId()), Facts.LATER, c, () -> {
            Timeline all = meter.timeline();
            boolean steady = all.steadySince(exit.site().number())
                    .filter(since -> all.now().since(since).compareTo(Duration.ofSeconds(1)) > 0)
                    .isPresent();
            return Await.Seen.when(steady, all.exits(all.now().plus(Duration.ofSeconds(-2))));
        });
    }
}
