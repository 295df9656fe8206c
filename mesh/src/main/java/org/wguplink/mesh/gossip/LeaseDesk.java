package org.wguplink.mesh.gossip;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.document.Documents;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;

/** The lease protocol: our requests and whose answers we wait for, and the requests of others. */
final class LeaseDesk {
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);
    /** Requests of ours under way at once. */
    private static final int MAX_PENDING = 64;

    private final PeerId self;
    private final Documents documents;
    private final Supplier<Roster> roster;
    private final MeshListener listener;
    private final OfferTransport transport;
    private final Executor thread;
    private final InstantSource clock;
    private final NonceCache nonces = new NonceCache();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();

    private record Pending(LeaseRequest request, CompletableFuture<LeaseAnswer> answer) {}

    /** @param thread the mesh's: answers are signed there, whichever thread gives them */
    LeaseDesk(
            Identity self,
            Supplier<Roster> roster,
            MeshListener listener,
            OfferTransport transport,
            Executor thread,
            InstantSource clock) {
        this.self = self.peerId();
        this.documents = new Documents(self);
        this.roster = roster;
        this.listener = listener;
        this.transport = transport;
        this.thread = thread;
        this.clock = clock;
    }

    CompletableFuture<LeaseAnswer> request(LeaseRequest request) {
        Set<String> addresses = addresses(request.provider());
        if (addresses.isEmpty()) return failed("'%s' is not in reach over the mesh".formatted(request.provider()));
        if (pending.size() >= MAX_PENDING) return failed("too many lease requests under way");
        String document;
        try {
            document = documents.sign(request);
        } catch (DocumentException e) {
            return failed(String.valueOf(e.getMessage()));
        }
        var answer = new CompletableFuture<LeaseAnswer>();
        if (pending.putIfAbsent(request.nonce(), new Pending(request, answer)) != null)
            return failed("a request with that nonce is under way");
        CompletableFuture<LeaseAnswer> timed = answer.orTimeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> pending.remove(request.nonce()));
        for (String address : addresses) transport.send(address, DocumentType.LEASE_REQUEST, document);
        return timed;
    }

    void release(LeaseRelease release) throws DocumentException {
        String document = documents.sign(release);
        for (String address : addresses(release.provider()))
            transport.send(address, DocumentType.LEASE_RELEASE, document);
    }

    /** Nobody waits any longer. */
    void close() {
        for (Pending waiting : pending.values())
            waiting.answer().completeExceptionally(new MeshException("the mesh is closed"));
    }

    /** A document that arrived; from the mesh's thread only. */
    void received(DocumentType type, String document, String sender) {
        try {
            switch (type) {
                case LEASE_REQUEST -> requested(document, sender);
                case LEASE_ANSWER -> answered(document);
                case LEASE_RELEASE -> released(document);
                case OFFER, NODE, ROSTER -> throw new DocumentException("not for one node");
            }
        } catch (DocumentException e) {
            listener.refused(type.typ(), String.valueOf(e.getMessage()));
        }
    }

    private void requested(String document, String sender) throws DocumentException {
        LeaseRequest request = Documents.verifyLeaseRequest(document, roster.get());
        checkMeant(request.provider());
        checkFresh(request.consumer(), request.nonce(), request.issuedAt());
        CompletionStage<LeaseAnswer> answer = listener.leaseRequested(request);
        answer.whenCompleteAsync(
                (given, failure) -> {
                    if (given == null) {
                        listener.refused(DocumentType.LEASE_REQUEST.typ(), "no answer was found: " + failure);
                        return;
                    }
                    try {
                        checkAnswers(given, request);
                        // where that consumer is known to be; else where it says that it is, which costs us one small
                        // message
                        Set<String> addresses = addresses(request.consumer());
                        if (addresses.isEmpty()) addresses = Set.of(sender);
                        String signed = documents.sign(given);
                        for (String address : addresses) transport.send(address, DocumentType.LEASE_ANSWER, signed);
                    } catch (DocumentException e) {
                        listener.refused(DocumentType.LEASE_ANSWER.typ(), String.valueOf(e.getMessage()));
                    }
                },
                thread);
    }

    private void answered(String document) throws DocumentException {
        LeaseAnswer answer = Documents.verifyLeaseAnswer(document, roster.get());
        Pending waiting = pending.get(answer.nonce());
        if (waiting == null)
            throw new DocumentException("an answer of '%s' that nobody waits for".formatted(answer.provider()));
        checkAnswers(answer, waiting.request());
        listener.leaseAnswered(answer, document);
        waiting.answer().complete(answer);
    }

    private void released(String document) throws DocumentException {
        LeaseRelease release = Documents.verifyLeaseRelease(document, roster.get());
        checkMeant(release.provider());
        checkFresh(release.consumer(), release.nonce(), release.issuedAt());
        listener.leaseReleased(release);
    }

    private void checkMeant(PeerId provider) throws DocumentException {
        if (!provider.equals(self)) throw new DocumentException("meant for '%s'".formatted(provider));
    }

    private void checkFresh(PeerId consumer, String nonce, Instant issuedAt) throws DocumentException {
        var stale = nonces.check(consumer, nonce, issuedAt, clock.instant());
        if (stale.isPresent()) throw new DocumentException("of '%s': %s".formatted(consumer, stale.get()));
    }

    private static void checkAnswers(LeaseAnswer answer, LeaseRequest request) throws DocumentException {
        if (!answer.provider().equals(request.provider())
                || !answer.consumer().equals(request.consumer())
                || !answer.nonce().equals(request.nonce()))
            throw new DocumentException("an answer of '%s' to '%s' for a request of '%s' to '%s'"
                    .formatted(answer.provider(), answer.consumer(), request.consumer(), request.provider()));
    }

    private Set<String> addresses(PeerId peer) {
        Collection<Neighbour> members = transport.members();
        var addresses = new LinkedHashSet<String>();
        for (Neighbour member : members) if (member.id().equals(peer)) addresses.add(member.address());
        return addresses;
    }

    private static CompletableFuture<LeaseAnswer> failed(String why) {
        return CompletableFuture.failedFuture(new MeshException(why));
    }
}
