package org.wguplink.mesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.roster.Roster;

/** Nodes of one mesh on 127.0.0.1, each with its identity in a directory of its own. */
final class TestMesh implements AutoCloseable {
    static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() % 100) * 100);

    final Map<String, Identity> identities = new LinkedHashMap<>();
    final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    final Map<String, Mesh> running = new ConcurrentHashMap<>();
    final Map<String, Ear> ears = new ConcurrentHashMap<>();
    volatile Roster roster;

    TestMesh(Path dir, String... names) throws Exception {
        for (String name : names) {
            identities.put(name, Identity.create(dir.resolve(name), new PeerId(name)));
            endpoints.put(name, Endpoint.of(LOCAL, freePort()));
        }
        roster = rosterOf(MasterKey.create(dir.resolve("master")), names);
    }

    private Roster rosterOf(MasterKey master, String... names) {
        var nodes = new ArrayList<Roster.Node>();
        for (String name : names)
            nodes.add(new Roster.Node(new PeerId(name), identity(name).key(), "node"));
        return new Roster(master.key(), 1, Instant.now(), Instant.now().plusSeconds(3600), nodes);
    }

    /** Starts a node that knows the named seeds. */
    Mesh start(String name, String... seeds) throws MeshException {
        return start(name, () -> roster, seeds);
    }

    Mesh start(String name, Supplier<Roster> knows, String... seeds) throws MeshException {
        var ear = ears.computeIfAbsent(name, _ -> new Ear());
        List<Endpoint> at = java.util.Arrays.stream(seeds).map(this::endpoint).toList();
        var settings = new MeshSettings(LOCAL, endpoint(name).port(), at);
        Mesh mesh = Mesh.start(settings, identity(name), knows, ear);
        running.put(name, mesh);
        return mesh;
    }

    void stop(String name) {
        node(name).close();
        running.remove(name);
    }

    Identity identity(String name) {
        return Objects.requireNonNull(identities.get(name));
    }

    Endpoint endpoint(String name) {
        return Objects.requireNonNull(endpoints.get(name));
    }

    Mesh node(String name) {
        return Objects.requireNonNull(running.get(name));
    }

    Ear ear(String name) {
        return Objects.requireNonNull(ears.get(name));
    }

    @Override
    public void close() {
        var closing = running.values().stream()
                .map(mesh -> Thread.startVirtualThread(mesh::close))
                .toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    static Offer offer(String name, long sequence) {
        Instant now = Instant.now();
        return new Offer(
                new PeerId(name),
                sequence,
                now,
                now.plusSeconds(600),
                new Capabilities(100, 20, WanType.FIBER, true),
                "",
                new Endpoint("node.example.com", 51820),
                WireGuardKey.of(new byte[32]));
    }

    /** Not one of those that the system gives to connections: it would be taken again before the node starts. */
    static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(LOCAL, port));
                return port;
            } catch (IOException e) {
                assertThat(port).isLessThan(32_000);
            }
        }
    }

    /** The time until the condition holds; fails the test when that takes longer than the limit. */
    static Duration await(String what, Duration limit, BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > limit.toNanos())
                throw new AssertionError("not within " + limit + ": " + what);
            Thread.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Remembers what a node was told, and answers requests as it is set to. */
    static final class Ear implements MeshListener {
        final Map<PeerId, Offer> offers = new ConcurrentHashMap<>();
        final Queue<LeaseRequest> requests = new ConcurrentLinkedQueue<>();
        final Queue<LeaseRelease> releases = new ConcurrentLinkedQueue<>();
        final Queue<String> refusals = new ConcurrentLinkedQueue<>();
        volatile Set<PeerId> present = Set.of();
        volatile Function<LeaseRequest, LeaseAnswer> answer =
                request -> new LeaseAnswer.Refusal(request.provider(), request.consumer(), request.nonce(), "full");

        @Override
        public void offerHeard(Offer offer, String document) {
            offers.put(offer.peerId(), offer);
        }

        @Override
        public CompletionStage<LeaseAnswer> leaseRequested(LeaseRequest request) {
            requests.add(request);
            return CompletableFuture.supplyAsync(() -> answer.apply(request));
        }

        @Override
        public void leaseReleased(LeaseRelease release) {
            releases.add(release);
        }

        @Override
        public void membersChanged(Set<PeerId> now) {
            present = now;
        }

        @Override
        public void refused(String what, String why) {
            refusals.add(what + ": " + why);
        }
    }
}
