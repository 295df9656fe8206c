package org.wguplink.mesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wguplink.mesh.gossip.TestMesh.await;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a node takes from its host, while nothing else runs. */
@Isolated
class FootprintTest {
    @TempDir
    Path dir;

    @Test
    void onlyTheGivenAddressIsBoundAndNoThreadIsLeft() throws Exception {
        Set<String> before = platformThreads();
        try (var mesh = new TestMesh(dir, "nodeA")) {
            mesh.start("nodeA");
            int port = mesh.endpoint("nodeA").port();
            try (var elsewhere = new ServerSocket()) {
                elsewhere.bind(new InetSocketAddress("127.0.0.2", port)); // a wildcard listener would forbid this
            }
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> !before.contains(thread.getName()))
                            .filter(thread -> !thread.isDaemon()))
                    .isEmpty();
        }
        await(
                "no thread of the mesh",
                Duration.ofSeconds(3),
                () -> platformThreads().stream().noneMatch(name -> name.startsWith("mesh-") || name.startsWith("sc-")));
    }

    private static Set<String> platformThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toSet());
    }
}
