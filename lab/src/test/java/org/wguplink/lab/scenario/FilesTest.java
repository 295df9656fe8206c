package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * Keys that others may read, disks that are full or read-only: each is one line, nothing is lost or done by half, and it
 * is over when its cause is. A lends, C borrows; their {@code etc} and {@code var/lib} are small disks.
 */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FilesTest {
    private static final int CANNOT_RUN = 1;
    private static final String STATE = "var/lib/wireguard-uplink";
    private static final String KEYS = "etc/wireguard-uplink";

    private Lab lab;
    private LabNode a;
    private LabNode c;

    @BeforeAll
    void build() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        a = lab.node("A");
        c = lab.node("C");
        MeshSetup.found(lab);
        smallDisk(c, "etc");
        smallDisk(c, STATE);
        smallDisk(a, STATE);
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void aNodeWhoseKeyOthersMayReadJoinsWhenItIsItsOwnersAgain() throws Exception {
        chmod(c, "644", KEYS + "/identity.key");
        a.startDaemon();
        c.startDaemon();
        MeshSetup.awaitAnswer(c);
        String expected = exposed(c, KEYS + "/identity.key", "0644");
        Await.until("C names its key", Facts.LATER, c, () -> {
            String said = String.valueOf(c.status().mesh().reason());
            return Await.Seen.when(said.equals(expected), said);
        });
        assertThat(text(c.wgctl("status").orThrow())).contains(expected);
        Command.Result id = c.wgctl("mesh", "id");
        assertThat(id.exit()).isEqualTo(CANNOT_RUN);
        assertThat(text(id.err())).contains(expected);
        assertThat(timesSaid(c, expected)).isEqualTo(1);
        chmod(c, "600", KEYS + "/identity.key");
        Facts.awaitUplink(c, a, "available");
    }

    @Test
    @Order(2)
    void aTunnelKeyThatOthersMayReadServesNobodyUntilItIsItsOwnersAgain() throws Exception {
        String key = KEYS + "/tunnels/wgup-serve.key";
        String before = a.run("cat", a.root() + "/" + key).orThrow();
        a.stopDaemon();
        chmod(a, "640", key);
        a.startDaemon();
        MeshSetup.awaitAnswer(a);
        awaitOffering(a, exposed(a, key, "0640"));
        assertThat(text(a.wgctl("status").orThrow())).contains(exposed(a, key, "0640"));
        chmod(a, "600", key);
        awaitOffering(a, null);
        assertThat(a.run("cat", a.root() + "/" + key).orThrow()).isEqualTo(before);
        Facts.awaitUplink(c, a, "available");
    }

    @Test
    @Order(3)
    void anUplinkThatIsMadeWhileTheDiskIsFullIsWrittenDownWhenThereIsRoom() throws Exception {
        fill(c, STATE);
        c.wgctl("uplink", "add", "nodeA", "--yes").orThrow();
        Facts.awaitUplink(c, a, "ready");
        Facts.awaitLog(c, "paths.json: No space left on device");
        Facts.awaitLog(c, "mesh.json: No space left on device");
        makeRoom(c, STATE);
        Facts.awaitLog(c, "paths.json is written again");
        Facts.awaitLog(c, "mesh.json is written again");
        assertThat(c.run("cat", c.root() + "/" + STATE + "/paths.json").orThrow())
                .contains("\"nodeA\"");
        assertThat(c.run("cat", c.root() + "/" + STATE + "/mesh.json").orThrow())
                .contains("\"leases\":{\"nodeA\":");
        assertThat(timesSaid(c, "mesh.json: No space left on device")).isEqualTo(1);
    }

    @Test
    @Order(4)
    void aFullDiskChangesNothingAndIsOverWhenThereIsRoom() throws Exception {
        try (OutageMeter meter = OutageMeter.start(c.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT)) {
            Await.pause(Timeline.GRACE);
            MonoTime since = meter.timeline().now();
            fill(c, "etc");
            fill(a, STATE);
            refused("No space left on device");
            // asked for again by a process that has started with a full disk; A has a lease to write down
            c.killDaemon();
            c.startDaemon();
            MeshSetup.awaitAnswer(c);
            Facts.awaitUplink(c, a, "ready");
            Facts.awaitLog(a, "leases.json: No space left on device");
            makeRoom(a, STATE);
            Facts.awaitLog(a, "leases.json is written again");
            assertThat(a.run("cat", a.root() + "/" + STATE + "/leases.json").orThrow())
                    .contains("\"nodeC\"");
            makeRoom(c, "etc");
            c.wgctl("uplink", "priority", "nodeA", "7").orThrow();
            assertThat(Facts.uplink(c, a).weight()).isEqualTo(7);
            MonoTime until = meter.timeline().now();
            Await.pause(Timeline.GRACE.plusMillis(100));
            assertThat(meter.timeline().lost(since, until))
                    .as("packets lost meanwhile")
                    .isZero();
        }
    }

    /** A sequence that is not on disk could be said twice, so that nothing is offered. */
    @Test
    @Order(5)
    void aProviderThatStartsWithAFullDiskOffersWhenThereIsRoom() throws Exception {
        a.killDaemon();
        fill(a, STATE);
        a.startDaemon();
        MeshSetup.awaitAnswer(a);
        awaitOffering(a, "no offer: %s/%s/sequence: No space left on device".formatted(a.root(), STATE));
        makeRoom(a, STATE);
        awaitOffering(a, null);
        Facts.awaitUplink(c, a, "ready");
    }

    @Test
    @Order(5)
    void aRosterForWhichThereIsNoRoomIsNotHalfInstalled() throws Exception {
        String roster = "%s/%s/roster.jws".formatted(c.root(), KEYS);
        String before = c.run("cat", roster).orThrow();
        String fresh = another();
        fill(c, "etc");
        Command.Result full = c.wgctl("mesh", "import", fresh);
        assertThat(full.exit()).isEqualTo(CANNOT_RUN);
        assertThat(text(full.err())).contains(roster + ": No space left on device");
        assertThat(c.run("cat", roster).orThrow()).isEqualTo(before);
        makeRoom(c, "etc");
        c.wgctl("mesh", "import", fresh).orThrow();
        assertThat(c.run("cat", roster).orThrow()).isNotEqualTo(before);
        assertThat(c.run("ls", "-A", c.root() + "/" + KEYS).orThrow()).doesNotContain(".tmp");
        Facts.awaitUplink(c, a, "ready");
    }

    /** A roster with a node more. */
    private String another() throws IOException {
        String id = a.root() + "/eve.json";
        String wgctl = Image.find().wgctl().toString();
        String made = a.run(wgctl, "--root", a.root() + "/eve", "--peer-id", "eve", "mesh", "id")
                .orThrow();
        Files.writeString(Path.of(id), made);
        a.wgctl("mesh", "approve", id).orThrow();
        return "%s/%s/roster.jws".formatted(a.root(), KEYS);
    }

    @Test
    @Order(6)
    void aReadOnlyDiskDoesNotKeepTheTrafficFromMoving() throws Exception {
        c.run("mount", "-o", "remount,ro", c.root() + "/etc").orThrow();
        String run = c.root() + "/var/run";
        c.run("mount", "--bind", run, run).orThrow();
        c.run("mount", "-o", "remount,bind,ro", run).orThrow();
        refused("Read-only file system");
        Facts.awaitLog(c, "wireguard-uplinks.json: Read-only file system");
        try (Cut _ = c.cut(Fault.BLACKHOLE)) {
            Facts.awaitVia(c, a);
            Await.pause(Duration.ofSeconds(2));
            assertThat(c.stateFile().state()).as("the file as it was").isEqualTo("direct");
            c.run("umount", run).orThrow();
            c.run("mount", "-o", "remount,rw", c.root() + "/etc").orThrow();
            Await.until("the state file follows", Facts.SOON, c, () -> {
                String via = String.valueOf(c.stateFile().via());
                return Await.Seen.when(via.equals("nodeA"), via);
            });
            c.wgctl("uplink", "priority", "nodeA", "9").orThrow();
            assertThat(Facts.uplink(c, a).weight()).isEqualTo(9);
        }
        assertThat(timesSaid(c, "wireguard-uplinks.json: Read-only")).isEqualTo(1);
    }

    /** Its files are seen from within the node alone, where the small disk is mounted. */
    @Test
    @Order(7)
    void aFullVarRunCostsTheStateFileAndNothingElse() throws Exception {
        c.stopDaemon();
        smallDisk(c, "var/run");
        String run = c.root() + "/var/run";
        c.run("rm", "-f", run + "/wireguard-uplinks.json").orThrow();
        fill(c, "var/run");
        c.startDaemon();
        Await.until("C answers", Facts.LATER, c, () -> {
            Command.Result status = c.wgctl("--json", "status");
            return Await.Seen.when(status.exit() == 0, status);
        });
        Facts.awaitLog(c, "wireguard-uplinks.json: No space left on device");
        assertThat(c.run("test", "-e", run + "/wireguard-uplinks.json").exit()).isEqualTo(1);
        makeRoom(c, "var/run");
        Await.until("the state file is there", Facts.LATER, c, () -> {
            Command.Result file = c.run("cat", run + "/wireguard-uplinks.json");
            return Await.Seen.when(file.out().contains("\"nodeA\""), file);
        });
        assertThat(timesSaid(c, "wireguard-uplinks.json: No space left")).isEqualTo(1);
    }

    /** @param reason why it does not lend; null when it does */
    private static void awaitOffering(LabNode node, @Nullable String reason) throws IOException {
        Await.until("%s offers, or says why not: %s".formatted(node.peerId(), reason), Facts.LATER, node, () -> {
            var offering = node.status().offering();
            return Await.Seen.when(Objects.equals(offering.reason(), reason), offering);
        });
    }

    /** An edit by wgctl is refused whole. */
    private void refused(String reason) throws Exception {
        int weight = Facts.uplink(c, a).weight();
        String config = c.root() + "/etc/config";
        String before = c.run("cat", config + "/wireguard-uplink").orThrow();
        Command.Result result = c.wgctl("uplink", "priority", "nodeA", "123");
        assertThat(result.exit()).as("%s", result).isEqualTo(CANNOT_RUN);
        assertThat(text(result.err()))
                .contains("not saved, nothing is changed: %s/wireguard-uplink: %s".formatted(config, reason));
        assertThat(Facts.uplink(c, a).weight()).isEqualTo(weight);
        assertThat(c.run("cat", config + "/wireguard-uplink").orThrow()).isEqualTo(before);
        assertThat(c.run("ls", "-A", config).orThrow().lines()).containsExactly("wireguard-uplink");
    }

    private static String exposed(LabNode node, String file, String mode) {
        return "%s/%s: found mode %s, by which others than its owner may read or write it; expected 0600 (chmod 600),"
                        .formatted(node.root(), file, mode)
                + " and a new key if it was exposed";
    }

    /** What wgctl says, without its line breaks. */
    private static String text(String said) {
        return said.replaceAll("\\s+", " ");
    }

    private static long timesSaid(LabNode node, String text) throws IOException {
        return node.daemonLog(500).lines().filter(line -> line.contains(text)).count();
    }

    private static void chmod(LabNode node, String mode, String file) throws IOException {
        node.run("chmod", mode, node.root() + "/" + file).orThrow();
    }

    /** Puts a directory of the node on a disk of a megabyte, with what is in it. */
    private static void smallDisk(LabNode node, String directory) throws IOException {
        String path = node.root() + "/" + directory;
        node.run(
                        "bash",
                        "-ec",
                        "mkdir -p %1$s; cp -a %1$s %1$s.copy; mount -t tmpfs -o size=1m,mode=700 tmpfs %1$s;"
                                        .formatted(path)
                                + " cp -a %1$s.copy/. %1$s; rm -r %1$s.copy".formatted(path))
                .orThrow();
    }

    private static void fill(LabNode node, String directory) throws IOException {
        String file = "of=%s/%s/fill".formatted(node.root(), directory);
        assertThat(node.run("dd", "if=/dev/zero", "bs=4k", file).err()).contains("No space left");
    }

    private static void makeRoom(LabNode node, String directory) throws IOException {
        node.run("rm", node.root() + "/" + directory + "/fill").orThrow();
    }
}
