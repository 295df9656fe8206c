package org.wguplink.mesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.document.Documents;

/** The lease protocol of nodeA, without a network. */
@Execution(ExecutionMode.CONCURRENT)
class LeaseDeskTest {
    private static final String NONCE = "nonce-0000000000000000000";

    @TempDir
    Path dir;

    private TestMesh nodes;
    private final Wire wire = new Wire();
    private final TestMesh.Ear ear = new TestMesh.Ear();
    private LeaseDesk desk;

    @BeforeEach
    void open() throws Exception {
        nodes = new TestMesh(dir, "nodeA", "nodeB", "nodeC");
        desk = new LeaseDesk(
                nodes.identity("nodeA"),
                () -> nodes.roster,
                ear,
                wire,
                Runnable::run,
                java.time.InstantSource.system());
    }

    @Test
    void onlyTheProviderAskedCanAnswer() throws Exception {
        CompletableFuture<LeaseAnswer> answer = desk.request(MeshTest.request("nodeA", "nodeB", NONCE));
        desk.received(DocumentType.LEASE_ANSWER, refusal("nodeC", "nodeA", NONCE), "127.0.0.1:9");
        desk.received(DocumentType.LEASE_ANSWER, refusal("nodeB", "nodeC", NONCE), "127.0.0.1:9");
        desk.received(DocumentType.LEASE_ANSWER, refusal("nodeB", "nodeA", NONCE + "x"), "127.0.0.1:9");
        desk.received(DocumentType.LEASE_ANSWER, wire.sent.getFirst(), "127.0.0.1:9");
        assertThat(answer).isNotDone();
        assertThat(ear.refusals).hasSize(4);
        desk.received(DocumentType.LEASE_ANSWER, refusal("nodeB", "nodeA", NONCE), "127.0.0.1:9");
        assertThat(answer).isCompleted();
    }

    @Test
    void noAnswerEndsTheWaiting() {
        CompletableFuture<LeaseAnswer> answer = desk.request(MeshTest.request("nodeA", "nodeB", NONCE));
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(desk.request(MeshTest.request("nodeA", "nodeB", NONCE))).isNotDone();
    }

    @Test
    void aRequestIsAnsweredOnceAndOnlyWhenItIsFreshAndForUs() throws Exception {
        ear.answer = request -> new LeaseAnswer.Refusal(request.provider(), request.consumer(), request.nonce(), "x");
        String good = request("nodeB", "nodeA", NONCE, Instant.now());
        desk.received(DocumentType.LEASE_REQUEST, good, "127.0.0.1:9");
        desk.received(DocumentType.LEASE_REQUEST, good, "127.0.0.1:9");
        for (String bad : List.of(
                request("nodeB", "nodeC", NONCE + "1", Instant.now()),
                request("nodeB", "nodeA", NONCE + "2", Instant.now().minusSeconds(130)),
                request("nodeB", "nodeA", NONCE + "3", Instant.now().plusSeconds(130)),
                refusal("nodeB", "nodeA", NONCE))) desk.received(DocumentType.LEASE_REQUEST, bad, "127.0.0.1:9");
        assertThat(ear.requests).hasSize(1);
        assertThat(ear.refusals).hasSize(5).anyMatch(why -> why.contains("replayed"));
        TestMesh.await("the answer", Duration.ofSeconds(2), () -> !wire.sent.isEmpty());
        assertThat(Documents.verifyLeaseAnswer(wire.sent.getFirst(), nodes.roster)
                        .consumer())
                .isEqualTo(new PeerId("nodeB"));
    }

    @Test
    void anAnswerThatIsNotToTheRequestIsNotSigned() throws Exception {
        ear.answer = request -> new LeaseAnswer.Refusal(request.provider(), new PeerId("nodeC"), request.nonce(), "x");
        desk.received(DocumentType.LEASE_REQUEST, request("nodeB", "nodeA", NONCE, Instant.now()), "127.0.0.1:9");
        TestMesh.await("the refusal", Duration.ofSeconds(2), () -> !ear.refusals.isEmpty());
        assertThat(wire.sent).isEmpty();
    }

    @Test
    void aReleaseIsHeardOnce() throws Exception {
        var release = new LeaseRelease(
                new PeerId("nodeB"),
                new PeerId("nodeA"),
                NONCE,
                Instant.now(),
                MeshTest.request("nodeB", "nodeA", NONCE).tunnelKey());
        String document = new Documents(nodes.identity("nodeB")).sign(release);
        desk.received(DocumentType.LEASE_RELEASE, document, "127.0.0.1:9");
        desk.received(DocumentType.LEASE_RELEASE, document, "127.0.0.1:9");
        assertThat(ear.releases).containsExactly(release);
        assertThat(ear.refusals).hasSize(1);
    }

    @Test
    void onePeerCannotFillTheMemoryForNonces() {
        var cache = new NonceCache();
        Instant now = Instant.now();
        for (int i = 0; i < NonceCache.MAX_PER_PEER; i++)
            assertThat(cache.check(new PeerId("bob"), "n" + i, now, now)).isEmpty();
        assertThat(cache.check(new PeerId("bob"), "more", now, now))
                .hasValueSatisfying(why -> assertThat(why).contains("too many"));
        assertThat(cache.check(new PeerId("eve"), "more", now, now)).isEmpty();
        Instant later = now.plus(NonceCache.FRESH).plusSeconds(1);
        assertThat(cache.check(new PeerId("bob"), "more", later, later)).isEmpty();
    }

    private String request(String consumer, String provider, String nonce, Instant issuedAt) throws Exception {
        LeaseRequest like = MeshTest.request(consumer, provider, nonce);
        return new Documents(nodes.identity(consumer))
                .sign(new LeaseRequest(
                        like.consumer(),
                        like.provider(),
                        nonce,
                        issuedAt,
                        like.tunnelKey(),
                        like.endpoint(),
                        List.of()));
    }

    private String refusal(String provider, String consumer, String nonce) throws Exception {
        return new Documents(nodes.identity(provider))
                .sign(new LeaseAnswer.Refusal(new PeerId(provider), new PeerId(consumer), nonce, "full"));
    }

    /** Keeps what is sent; nodeB is the only neighbour. */
    private static final class Wire implements OfferTransport {
        final List<String> sent = new ArrayList<>();

        @Override
        public void spread(String offer) {
            sent.add(offer);
        }

        @Override
        public void send(String address, DocumentType type, String document) {
            sent.add(document);
        }

        @Override
        public Collection<Neighbour> members() {
            return List.of(new Neighbour(new PeerId("nodeB"), "127.0.0.1:7946"));
        }

        @Override
        public void close() {}
    }
}
