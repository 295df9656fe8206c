package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.NodeSettings;

/**
 * What a daemon cannot start with is one line and an exit status; what goes wrong while it runs is said, changes nothing,
 * and is over when its cause is. A lends, C borrows; C's {@code etc} and A's {@code var/lib} are small disks; D is in the
 * roster, and hostile.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
    private static final int CANNOT_RUN = 1;
    private static final int USAGE = 2;
    private static final int SERVED_PORT = 51_820;
    private static final String NO_WIREGUARD = "/usr/bin/wireguard-go";

    private Lab lab;
    private LabNode a;
    private LabNode c;
    private LabNode d;

    @BeforeAll
    void build() throws Exception {
        lab = Lab.build(List.of("A", "C", "D"));
        a = lab.node("A");
        c = lab.node("C");
        d = lab.node("D");
        MeshSetup.found(lab);
        new HandEdit(a).option("listen_port", Integer.toString(SERVED_PORT));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    /** @param script for bash, in mounts of its own; {@code $D} is uplinkd, {@code $R} the node's root */
    record Start(String name, String script, int exit, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Start> starts() {
        return Stream.of(
                new Start(
                        "no right to change the network",
                        "exec setpriv --bounding-set -net_admin -- $D --root $R",
                        CANNOT_RUN,
                        "uplinkd: found no CAP_NET_ADMIN; expected to be started by root,"
                                + " or with CAP_NET_ADMIN and CAP_NET_RAW"),
                new Start(
                        "no libnftables",
                        "for l in /usr/lib/*/libnftables.so.1; do mount --bind /dev/null $l; done; exec $D --root $R",
                        CANNOT_RUN,
                        "uplinkd: libnftables.so.1 is not installed; on Debian it is in the package libnftables1"),
                new Start(
                        "a read-only var/run",
                        "mkdir -p $R/var/run; mount --bind $R/var/run $R/var/run; mount -o remount,bind,ro $R/var/run;"
                                + " exec $D --root $R",
                        CANNOT_RUN,
                        "var/run/wireguard-uplink"),
                new Start(
                        "a full var/run",
                        "mount -t tmpfs -o nr_inodes=1 tmpfs $R/var/run; exec $D --root $R",
                        CANNOT_RUN,
                        "var/run/wireguard-uplink: No space left on device"),
                new Start(
                        "a read-only var/lib",
                        "mount -t tmpfs -o ro tmpfs $R/var/lib; exec $D --root $R",
                        CANNOT_RUN,
                        "var/lib/wireguard-uplink: Read-only file system"),
                new Start(
                        "a broken configuration",
                        "printf \"config peer a\\n option weight '-3'\\n\" > $R/broken;"
                                + " mount --bind $R/broken $R/etc/config/wireguard-uplink; exec $D --root $R",
                        CANNOT_RUN,
                        "etc/config/wireguard-uplink, line 2: peer 'a', option 'weight': found '-3';"
                                + " expected an integer from 1 to 1000"),
                new Start("a misspelt option", "exec $D --rot $R", USAGE, "uplinkd: unknown option '--rot'"));
    }

    @ParameterizedTest
    @MethodSource("starts")
    @Order(1)
    void aStartThatCannotBeIsOneLineAndAnExitStatus(Start row) throws Exception {
        Command.Result result = inMountsOfItsOwn(row.script);
        assertThat(result.exit()).as("%s", result).isEqualTo(row.exit);
        assertThat(result.err().lines()).as("%s", result).hasSize(1);
        assertThat(result.err()).contains(row.says);
        assertThat(Facts.ourRules(c)).isEmpty();
        assertThat(Facts.ruleset(c)).doesNotContain("table inet wguplink {");
    }

    @Test
    @Order(1)
    void whatIsToldToStopEndsWithoutAnError() throws Exception {
        String socket = "$R/other/var/run/wireguard-uplink/control.sock";
        Command.Result result = inMountsOfItsOwn("$D --root $R/other & p=$!; until [ -S " + socket
                + " ]; do sleep 0.1; done; kill $p; wait $p || exit; $D --root $R/other --cleanup");
        assertThat(result.exit()).as("%s", result).isZero();
        assertThat(Facts.ourRules(c)).isEmpty();
    }

    private Command.Result inMountsOfItsOwn(String script) throws IOException {
        return c.run(
                "unshare",
                "--mount",
                "bash",
                "-c",
                "D=%s R=%s; %s".formatted(Image.find().uplinkd(), c.root(), script));
    }

    @Test
    @Order(2)
    void portsThatOthersHaveAreNamedAndTakenWhenTheyAreFree() throws Exception {
        try (DatagramSocket _ = InNamespace.call(a.namespace(), () -> new DatagramSocket(SERVED_PORT));
                ServerSocket _ = InNamespace.call(
                        c.namespace(),
                        () -> new ServerSocket(
                                NodeSettings.MESH_PORT,
                                1,
                                InetAddress.ofLiteral(c.site().mesh4())))) {
            a.startDaemon();
            c.startDaemon();
            MeshSetup.awaitAnswer(a);
            MeshSetup.awaitAnswer(c);
            Await.until("A names the port", Facts.LATER, a, () -> {
                String said = String.valueOf(a.status().offering().reason());
                return Await.Seen.when(
                        said.equals("option 'listen_port': UDP port 51820 is in use by another program"), said);
            });
            Await.until("C names the port", Facts.LATER, c, () -> {
                String said = String.valueOf(c.status().mesh().reason());
                return Await.Seen.when(
                        said.contains("cannot listen on %s port 7900"
                                .formatted(c.site().mesh4())),
                        said);
            });
        }
        Facts.awaitUplink(c, a, "available");
    }

    @Test
    @Order(3)
    void aSecondDaemonIsRefusedWhateverItsFiles() throws Exception {
        Command.Result same = c.runDaemon();
        assertThat(same.exit()).isEqualTo(CANNOT_RUN);
        assertThat(same.err())
                .contains("uplinkd is already running with these files")
                .hasLineCount(1);
        Command.Result other = c.run(
                Image.find().uplinkd().toString(),
                "--root",
                c.root().resolve("other").toString());
        assertThat(other.exit()).isEqualTo(CANNOT_RUN);
        assertThat(other.err()).isEqualTo("uplinkd: another uplinkd already runs in this network namespace\n");
    }

    @Test
    @Order(4)
    void aMissingWireGuardIsNamedUntilItIsThere() throws Exception {
        c.run("mount", "--bind", "/dev/null", NO_WIREGUARD).orThrow();
        c.wgctl("uplink", "add", "nodeA", "--yes").orThrow();
        Await.until("C names what is missing", Facts.LATER, c, () -> {
            String said = String.valueOf(Facts.uplink(c, a).reason());
            return Await.Seen.when(said.contains("wireguard-go is not installed"), said);
        });
        c.run("umount", NO_WIREGUARD).orThrow();
        Facts.awaitUplink(c, a, "ready");
    }

    @Test
    @Order(5)
    void aHostileMembersOffersDisturbNobodyElse() throws Exception {
        Instant now = Instant.now();
        Duration valid = Duration.ofMinutes(3);
        try (HostileMember hostile = HostileMember.join(d, a)) {
            Await.until(
                    "D is met",
                    Facts.LATER,
                    c,
                    () -> Await.Seen.when(c.status().mesh().members() == 3, "not yet"));
            hostile.offer(900, now.plus(Duration.ofDays(365)), valid, 11);
            Facts.awaitLog(c, "offer of nodeD refused: dated in the future");
            hostile.offer(901, now.minus(valid.multipliedBy(2)), valid, 12);
            hostile.offer(902, now, Duration.ofDays(3650), 13);
            hostile.offer(903, now, valid, 14);
            awaitBandwidth(14);
            hostile.offer(902, now, valid, 15);
            hostile.offer(1, now, valid, 16);
            Await.pause(Duration.ofSeconds(2));
            assertThat(Facts.uplink(c, d).bandwidthMbps())
                    .as("not one played again")
                    .isEqualTo(14);
            hostile.offer(904, now, valid, 17);
            awaitBandwidth(17);
        }
        assertThat(Facts.uplink(c, d).added()).isFalse();
        assertThat(Facts.lasting(Facts.ourDevices(c))).containsExactlyInAnyOrder("wgup-nodeA", "wgup-serve");
        Facts.awaitUplink(c, a, "ready", "active");
        assertThat(c.isDaemonAlive() && a.isDaemonAlive()).isTrue();
    }

    private void awaitBandwidth(int mbps) throws Exception {
        Await.until("nodeD's offer of %d Mbit/s".formatted(mbps), Facts.LATER, c, () -> {
            int said = Facts.uplink(c, d).bandwidthMbps();
            return Await.Seen.when(said == mbps, said);
        });
    }
}
