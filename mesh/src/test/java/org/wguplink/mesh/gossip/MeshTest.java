package org.wguplink.mesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wguplink.mesh.gossip.TestMesh.await;
import static org.wguplink.mesh.gossip.TestMesh.offer;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;

@Execution(ExecutionMode.CONCURRENT)
class MeshTest {
    private static final Duration CONVERGENCE = Duration.ofSeconds(8);
    private static final String[] FOUR = {"nodeA", "nodeB", "nodeC", "nodeD"};

    @TempDir
    Path dir;

    @Test
    void offersReachEverybody() throws Exception {
        try (var mesh = new TestMesh(dir, FOUR)) {
            for (String name : FOUR) mesh.start(name, "nodeA");
            awaitAllPresent(mesh);
            for (int round = 1; round <= 5; round++) {
                long sequence = round;
                mesh.node("nodeB").publish(offer("nodeB", sequence));
                Duration spread = await(
                        "the offer everywhere",
                        Duration.ofSeconds(1),
                        () -> List.of("nodeA", "nodeC", "nodeD").stream()
                                .allMatch(name -> heard(mesh, name, "nodeB") == sequence));
                System.out.println("MEASURED spread of an offer to 4 nodes: " + spread.toMillis() + " ms");
            }
        }
    }

    @Test
    void aLeaseIsAskedForAndGivenDirectly() throws Exception {
        try (var mesh = new TestMesh(dir, FOUR)) {
            for (String name : FOUR) mesh.start(name, "nodeA");
            awaitAllPresent(mesh);
            var request = request("nodeC", "nodeA", "nonce-0000000000000000000");
            long begin = System.nanoTime();
            LeaseAnswer answer = mesh.node("nodeC").request(request).get(4, TimeUnit.SECONDS);
            System.out.println("MEASURED lease: " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            assertThat(answer)
                    .isEqualTo(
                            new LeaseAnswer.Refusal(request.provider(), request.consumer(), request.nonce(), "full"));
            assertThat(mesh.ear("nodeA").requests).containsExactly(request);
            assertThat(mesh.ear("nodeB").requests).isEmpty();
            var release = new LeaseRelease(
                    request.consumer(),
                    request.provider(),
                    "nonce-0000000000000000001",
                    Instant.now(),
                    request.tunnelKey());
            mesh.node("nodeC").release(release);
            await(
                    "the release",
                    Duration.ofSeconds(2),
                    () -> !mesh.ear("nodeA").releases.isEmpty());
            assertThat(mesh.ear("nodeA").releases).containsExactly(release);
        }
    }

    @Test
    void whoStartsLateHearsTheOffersSoon() throws Exception {
        try (var mesh = new TestMesh(dir, FOUR)) {
            for (String name : List.of("nodeA", "nodeB", "nodeC")) mesh.start(name, "nodeA");
            awaitAllPresent(mesh);
            mesh.node("nodeA").publish(offer("nodeA", 1));
            mesh.node("nodeB").publish(offer("nodeB", 2));
            Thread.sleep(3_000); // the engine itself has forgotten them by now
            mesh.start("nodeD", "nodeC");
            Duration took = await(
                    "both offers",
                    Duration.ofSeconds(5),
                    () -> heard(mesh, "nodeD", "nodeA") == 1 && heard(mesh, "nodeD", "nodeB") == 2);
            System.out.println("MEASURED offers at a late node: " + took.toMillis() + " ms");
        }
    }

    @Test
    void nodesFindEachOtherWhateverTheOrder() throws Exception {
        try (var mesh = new TestMesh(dir, FOUR)) {
            mesh.start("nodeD", "nodeC"); // each knows only one that is not there yet
            mesh.start("nodeC", "nodeB");
            mesh.start("nodeB", "nodeA");
            Thread.sleep(4_000); // the engine no longer gossips about who joined
            mesh.node("nodeD").publish(offer("nodeD", 3));
            mesh.start("nodeA");
            awaitAllPresent(mesh);
            await("the offer of before", Duration.ofSeconds(2), () -> heard(mesh, "nodeA", "nodeD") == 3);
        }
    }

    @Test
    void whoLeavesIsGoneAndMayComeBack() throws Exception {
        try (var mesh = new TestMesh(dir, "nodeA", "nodeB")) {
            mesh.start("nodeA");
            mesh.start("nodeB", "nodeA");
            awaitAllPresent(mesh);
            assertThat(mesh.node("nodeA").addressOf(new PeerId("nodeB"))).contains(TestMesh.LOCAL);
            mesh.stop("nodeB");
            await("gone", Duration.ofSeconds(5), () -> mesh.ear("nodeA").present.isEmpty());
            assertThat(mesh.node("nodeA").addressOf(new PeerId("nodeB"))).isEmpty();
            mesh.start("nodeB", "nodeA");
            awaitAllPresent(mesh);
            mesh.node("nodeB").publish(offer("nodeB", 9));
            await("its offer", Duration.ofSeconds(2), () -> heard(mesh, "nodeA", "nodeB") == 9);
        }
    }

    @Test
    void aProviderThatIsAwayCannotBeAsked() throws Exception {
        try (var mesh = new TestMesh(dir, "nodeA", "nodeB")) {
            mesh.start("nodeA");
            assertThatThrownBy(() -> mesh.node("nodeA")
                            .request(request("nodeA", "nodeB", "nonce-0000000000000000000"))
                            .get())
                    .hasRootCauseInstanceOf(MeshException.class)
                    .hasMessageContaining("not in reach");
        }
    }

    @Test
    void aPortThatIsTakenIsSaidPlainly() throws Exception {
        try (var mesh = new TestMesh(dir, "nodeA");
                var taken = new ServerSocket()) {
            taken.bind(
                    new InetSocketAddress(TestMesh.LOCAL, mesh.endpoint("nodeA").port()));
            assertThatThrownBy(() -> mesh.start("nodeA"))
                    .isInstanceOf(MeshException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port");
        }
    }

    @Test
    void aPortThatIsStillClosingIsWaitedFor() throws Exception {
        try (var mesh = new TestMesh(dir, "nodeA");
                var closing = new ServerSocket()) {
            closing.bind(
                    new InetSocketAddress(TestMesh.LOCAL, mesh.endpoint("nodeA").port()));
            CompletableFuture<Void> closed = CompletableFuture.runAsync(
                    () -> assertThatCode(closing::close).doesNotThrowAnyException(),
                    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
            mesh.start("nodeA");
            closed.get();
        }
    }

    static LeaseRequest request(String consumer, String provider, String nonce) {
        return new LeaseRequest(
                new PeerId(consumer),
                new PeerId(provider),
                nonce,
                Instant.now(),
                WireGuardKey.of(new byte[32]),
                new Endpoint("192.0.2.7", 51820),
                List.of(InetNetwork.parse("192.168.1.0/24")));
    }

    private static long heard(TestMesh mesh, String listener, String of) {
        var offer = mesh.ear(listener).offers.get(new PeerId(of));
        return offer == null ? 0 : offer.sequence();
    }

    private static Duration awaitAllPresent(TestMesh mesh) throws InterruptedException {
        int others = mesh.running.size() - 1;
        Duration took = await(
                "everybody sees everybody",
                CONVERGENCE,
                () -> mesh.running.values().stream()
                        .allMatch(node -> node.present().size() == others));
        System.out.println("MEASURED convergence of " + (others + 1) + ": " + took.toMillis() + " ms");
        return took;
    }
}
