package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes form a mesh, with files carried by hand. */
class MeshCommandsTest {
    @TempDir
    Path a;

    @TempDir
    Path b;

    @TempDir
    Path hand;

    @Test
    void twoNodesFormAMesh() throws Exception {
        Run init = Run.on(a, "mesh", "init", "--peer-id", "nodeA");
        assertThat(init.err()).isEmpty();
        assertThat(init.exit()).isZero();
        assertThat(init.out()).contains("nodeA is its master").contains("wgctl mesh id");

        Run id = Run.on(b, "mesh", "id", "--peer-id", "nodeB");
        assertThat(id.out().lines()).hasSize(1);
        assertThat(id.err()).isEmpty();
        assertThat(Run.on(b, "mesh", "id").exit()).isZero();
        assertThat(Run.on(b, "mesh", "show").exit()).isEqualTo(1);

        Run approve = Run.with(id.out(), false, "mesh", "approve", "-", "--root", a.toString());
        assertThat(approve.err()).isEmpty();
        assertThat(approve.out()).contains("nodeB is in the mesh").contains("wgctl mesh import FILE");

        Path roster = Files.copy(a.resolve("etc/wireguard-uplink/roster.jws"), hand.resolve("roster.jws"));
        String[] byHand = {"mesh", "import", roster.toString(), "--root", b.toString()};
        assertThat(Run.of(byHand).exit()).isEqualTo(2);
        Run no = Run.with("n\n", true, byHand);
        assertThat(no.exit()).isEqualTo(1);
        assertThat(no.err()).contains("Is the master's fingerprint right?");
        assertThat(Run.on(b, "mesh", "show").exit()).isEqualTo(1);
        Run yes = Run.with("y\n", true, byHand);
        assertThat(yes.exit()).isZero();
        assertThat(yes.out()).contains("nodeA").contains("nodeB").contains("reads it by itself");
        assertThat(Run.on(b, "mesh", "show").out())
                .isEqualTo(Run.on(a, "mesh", "show").out());
        assertThat(Run.on(b, "mesh", "show", "--json").out())
                .contains("\"serial\":2")
                .contains("\"peer_id\":\"nodeB\"");

        // the master is known now: no question
        assertThat(Run.of(byHand).exit()).isZero();
        // the roster of another mesh is refused
        Path c = Files.createDirectory(hand.resolve("c"));
        assertThat(Run.on(c, "mesh", "init", "--peer-id", "nodeC").exit()).isZero();
        Path other = c.resolve("etc/wireguard-uplink/roster.jws");
        assertThat(Run.on(b, "mesh", "import", other.toString(), "--yes").exit())
                .isEqualTo(1);
    }

    @Test
    void theNameComesFromTheConfigurationOrTheHost() throws Exception {
        Files.createDirectories(a.resolve("etc/config"));
        Files.writeString(
                a.resolve("etc/config/wireguard-uplink"),
                "config wireguard-uplink 'uplink'\n\toption peer_id 'from-config'\n");
        assertThat(Run.on(a, "mesh", "id", "--json").out()).startsWith("{\"peer_id\":\"from-config\",");
        Files.createDirectories(b.resolve("etc"));
        assertThat(Run.on(b, "mesh", "id").err()).contains("say --peer-id ID");
        Files.writeString(b.resolve("etc/hostname"), "from-host\n");
        assertThat(Run.on(b, "mesh", "id", "--json").out()).startsWith("{\"peer_id\":\"from-host\",");
        assertThat(Run.on(b, "mesh", "id", "--peer-id", "x").err()).contains("its name cannot change");
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        Path config = Files.createDirectories(a.resolve("etc/config")).resolve("wireguard-uplink");
        Files.writeString(config, "config wireguard-uplink 'x'\n\toption peer_id 'a b'\n");
        assertThat(Run.on(a, "mesh", "init").err())
                .contains(config + ", line 2, option 'peer_id': 'a b' is not a peer id");
        Files.writeString(config, "confg\n");
        assertThat(Run.on(a, "mesh", "init").err()).contains(config + ", line 1: found 'confg'; expected config");
        assertThat(Run.on(a, "mesh", "init", "--peer-id", "a b").exit()).isEqualTo(2);
        assertThat(Run.on(b, "mesh", "init", "--peer-id", "nodeB").exit()).isZero();
        assertThat(Run.on(b, "mesh", "init").err()).contains("belongs to a mesh already");
        assertThat(Run.on(b, "mesh", "approve", hand.resolve("none").toString()).err())
                .contains("there is no file");
        Path junk = Files.writeString(hand.resolve("junk"), "junk");
        assertThat(Run.on(b, "mesh", "approve", junk.toString()).err()).contains("is not a node document");
        assertThat(Run.on(a, "mesh", "import", junk.toString(), "--yes").exit()).isEqualTo(1);
    }
}
