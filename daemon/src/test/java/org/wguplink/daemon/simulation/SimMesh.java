package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.gossip.Leases;
import org.wguplink.mesh.gossip.MeshException;

/** A node's part in the mesh: offers that are spread, repeated and played again, and leases that are asked for. */
final class SimMesh implements Leases {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SPREAD = Duration.ofSeconds(3);
    private static final double LOST = 0.05;
    private static final double REPLAYED = 0.05;
    private static final int REMEMBERED = 20;

    private final SimNode node;
    private final RandomGenerator random;
    private Ledger ledger = Ledger.EMPTY;
    /** The newest offers that this run has accepted, as they were sent. */
    final Map<PeerId, Offer> newest = new TreeMap<>();
    /** Offers of this node, the newest last. */
    private final List<Offer> told = new ArrayList<>();

    private boolean joined;
    private int runs;

    SimMesh(SimNode node) {
        this.node = node;
        this.random = node.simulation.random(node.number + 7919L);
    }

    Ledger ledger() {
        return ledger;
    }

    /** A run of the node begins, in no mesh yet. */
    void begin() {
        runs++;
        ledger = Ledger.EMPTY;
        newest.clear();
    }

    void joined() {
        joined = true;
        gossip(runs);
    }

    void end() {
        joined = false;
        runs++;
    }

    /** The clock may have been set since an offer was refused. */
    void housekeep() {
        if (node.wall().isLost()) node.simulation.states.reached(State.CLOCK_LOST);
    }

    void publish(Offer offer) {
        Offer said = node.simulation.defect.told(offer);
        node.watch.published(said);
        if (!joined) return;
        node.simulation.note(node, "offers " + text(said));
        told.add(said);
        if (told.size() > REMEMBERED) told.removeFirst();
        for (SimNode other : node.world.nodes) tell(other, said);
    }

    /** Everybody tells somebody all that it knows, again and again. */
    private void gossip(int of) {
        if (of != runs) return;
        SimNode other = node.world.nodes.get(random.nextInt(node.world.nodes.size()));
        newest.values().forEach(offer -> tell(other, offer));
        if (!told.isEmpty()) tell(other, told.getLast());
        if (!told.isEmpty() && random.nextDouble() < REPLAYED) tell(other, told.getFirst());
        node.later(SPREAD.plus(Duration.ofMillis(random.nextInt(2000))), () -> gossip(of));
    }

    private void tell(SimNode other, Offer offer) {
        if (other == node || other.id.equals(offer.peerId())) return;
        send(other, () -> other.mesh.arrived(offer));
    }

    /** What it has accepted already is no matter for its loop. */
    private void arrived(Offer offer) {
        if (joined && offer.equals(newest.get(offer.peerId()))) node.wall().heard(offer.peerId(), offer.issuedAt());
        else node.act(() -> hear(offer));
    }

    /** A message to another node; the mesh's transport repeats it, so that it seldom gets lost while there is a way. */
    private void send(SimNode other, Runnable arrival) {
        boolean lost = random.nextDouble() < LOST;
        Duration delay = Duration.ofMillis(5 + random.nextInt(200));
        if (lost || !node.world.mesh(node, other)) return;
        node.later(delay, () -> {
            if (node.world.mesh(node, other)) arrival.run();
        });
    }

    private void hear(Offer offer) {
        if (!joined) return;
        node.wall().heard(offer.peerId(), offer.issuedAt());
        if (!present(offer) || node.wall().isLost()) return;
        node.wall().atLeast(offer.issuedAt());
        node.heard(offer);
    }

    /** Whether it is timely and new. */
    boolean present(Offer sent) {
        Offer offer = node.simulation.defect.heard(sent);
        Instant wall = node.wall().instant();
        Ledger.Outcome outcome = ledger.present(offer, wall);
        if (node.simulation.defect == Defect.REPLAY_IS_ACCEPTED && outcome instanceof Ledger.Outcome.Refused) {
            List<PeerId> others = new ArrayList<>(node.simulation.members());
            others.remove(offer.peerId());
            outcome = ledger.retain(others).present(offer, wall);
        }
        return switch (outcome) {
            case Ledger.Outcome.Accepted(var next) -> {
                node.simulation.states.reached(State.OFFER_ACCEPTED);
                ledger = next;
                node.watch.accepted(sent);
                newest.put(sent.peerId(), sent);
                node.simulation.note(node, "hears " + text(sent));
                node.steering().uplinks().heard(ledger, offer.peerId(), node.now());
                yield true;
            }
            case Ledger.Outcome.Known known -> false;
            case Ledger.Outcome.Refused(var why) -> {
                node.simulation.states.reached(
                        why.startsWith("replayed")
                                ? State.OFFER_REPLAYED
                                : why.startsWith("expired") ? State.OFFER_EXPIRED : State.OFFER_FROM_THE_FUTURE);
                yield false;
            }
        };
    }

    private static String text(Offer offer) {
        return "%s's %d: %s"
                .formatted(
                        offer.peerId(),
                        offer.sequence(),
                        offer.capabilities().available() ? "lends" : "does not lend, " + offer.reason());
    }

    @Override
    public CompletableFuture<LeaseAnswer> request(LeaseRequest request) {
        SimNode provider = node.world.node(request.provider());
        var answer = new CompletableFuture<LeaseAnswer>();
        if (!node.world.mesh(node, provider)) {
            answer.completeExceptionally(new MeshException("not in reach over the mesh"));
            return answer;
        }
        node.later(ANSWER_TIMEOUT, () -> {
            if (answer.completeExceptionally(new TimeoutException("no answer")))
                node.simulation.states.reached(State.LEASE_UNANSWERED);
        });
        send(provider, () -> provider.mesh.requested(request, given -> send(node, provider, given, answer)));
        return answer;
    }

    private static void send(SimNode to, SimNode from, LeaseAnswer given, CompletableFuture<LeaseAnswer> answer) {
        from.mesh.send(to, () -> {
            if (!to.runs() || answer.isDone()) return;
            if (given instanceof LeaseAnswer.Grant grant) to.granted(grant);
            to.simulation.note(
                    to,
                    given instanceof LeaseAnswer.Refusal refusal
                            ? "is refused by %s: %s".formatted(refusal.provider(), refusal.reason())
                            : "has a lease of " + given.provider());
            to.simulation.states.reached(
                    given instanceof LeaseAnswer.Grant ? State.LEASE_GRANTED : State.LEASE_REFUSED);
            answer.complete(given);
        });
    }

    private void requested(LeaseRequest request, Consumer<LeaseAnswer> reply) {
        if (!joined || !fresh(request.issuedAt())) return;
        node.act(() -> node.steering().lending().requested(request, reply));
    }

    private boolean fresh(Instant issuedAt) {
        return Duration.between(issuedAt, node.wall().instant()).abs().compareTo(Ledger.SKEW) <= 0;
    }

    @Override
    public void release(LeaseRelease release) {
        SimNode provider = node.world.node(release.provider());
        send(provider, () -> {
            if (provider.mesh.joined && provider.mesh.fresh(release.issuedAt()))
                provider.act(() -> provider.steering().lending().released(release));
        });
    }
}
